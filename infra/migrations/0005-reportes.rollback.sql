drop schema reportes cascade;
