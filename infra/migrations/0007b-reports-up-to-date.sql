-- When the read model was told last that nothing waited to be projected: what tells silence from quiet.
create table reportes.al_dia (
    only_row boolean     primary key default true check (only_row),
    desde    timestamptz not null
);

grant select, insert, update on reportes.al_dia to reportes;
