-- A generation of the read model forgets single tracking events once no report needs them: they are in its totals, and
-- reports count single ones only where a period cuts a day. What it may have forgotten it does not count again.
alter table reportes.generaciones add column seguimiento_desde timestamptz not null default '-infinity';

-- Forget what happened before `antes`, but not of the last year, in every generation that is not being dropped. At most
-- `limite` events; returns how many.
create function reportes.olvidar_seguimiento(antes timestamptz, limite int) returns int
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
revoke execute on function reportes.olvidar_seguimiento(timestamptz, int) from public;
grant execute on function reportes.olvidar_seguimiento(timestamptz, int) to reportes;
