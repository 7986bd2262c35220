drop table reportes.al_dia;
