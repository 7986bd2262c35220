drop function reportes.olvidar_totales(timestamptz, int);
alter table reportes.generaciones drop column desconocidos_desde;
create or replace function reportes.olvidar_seguimiento(antes timestamptz, limite int) returns int
language plpgsql security definer set search_path = '' as $$
declare
    de_la_generacion int;
    algunos int;
    olvidados int := 0;
begin
    antes := least(antes, now() - interval '366 days');
    for de_la_generacion in select numero from reportes.generaciones where estado <> 'retirada' order by numero loop
        execute format(
            'delete from reportes.%1$I where ctid = any (array(select ctid from reportes.%1$I
                                                                where fecha < $1 order by fecha limit $2))',
            'seguimiento_' || de_la_generacion)
            using antes, limite - olvidados;
        get diagnostics algunos = row_count;
        if algunos > 0 then
            update reportes.generaciones set seguimiento_desde = antes
             where numero = de_la_generacion and seguimiento_desde < antes;
        end if;
        olvidados := olvidados + algunos;
    end loop;
    return olvidados;
end
$$;
