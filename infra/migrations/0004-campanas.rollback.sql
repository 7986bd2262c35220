drop schema campanas cascade;
