"""Operations that are done once, however often they are asked for."""
