drop schema pagos cascade;
