"""Operations that take effect once, however often they are requested."""
