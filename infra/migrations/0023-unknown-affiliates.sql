-- Anybody may send tracking events of an affiliate or a campaign that does not exist. What they add up to is kept for as
-- long as single events; of affiliates that have a payment, of campaigns that are known, and of all together, for ever.
alter table reportes.generaciones
    add column desconocidos_desde date not null default '-infinity'; -- earlier totals of unknown ones may be gone

-- Forget such totals of days, months and years that ended before `antes`, but not within the last year. At most `limite`
-- rows; returns how many. What is kept is looked at once. A generation that is being built has all that it is given:
-- its history comes in any pieces, and is forgotten once it serves.
create function reportes.olvidar_totales(antes timestamptz, limite int) returns int
language plpgsql security definer set search_path = '' as $$
declare
    hasta date := (least(antes, now() - interval '366 days') at time zone 'utc')::date;
    de_la_generacion int;
    vistos date;
    olvidados int;
begin
    select numero, desconocidos_desde into de_la_generacion, vistos
      from reportes.generaciones where estado = 'vigente' and desconocidos_desde < hasta;
    if not found then
        return 0;
    end if;
    execute format(
        'delete from reportes.%1$I where ctid = any (array(
             select total.ctid
               from (values (''dia''::reportes.nivel, interval ''1 day''), (''mes'', ''1 month''), (''anio'', ''1 year''))
                    as plazo (nivel, duracion)
               join reportes.%1$I as total on total.nivel = plazo.nivel
              where total.ambito = any (array[''campana'', ''afiliado'']::reportes.ambito[]) and total.moneda = ''''
                and total.desde > $1 - plazo.duracion and total.desde <= $2 - plazo.duracion
                and (total.ambito = ''afiliado'' and not exists (
                         select from reportes.%1$I as con_pagos
                          where con_pagos.ambito = ''afiliado'' and con_pagos.nivel = ''anio''
                            and con_pagos.id_afiliado = total.id_afiliado and con_pagos.moneda <> '''')
                     or total.id_campana is not null and not exists (
                         select from reportes.%2$I as conocida where conocida.id = total.id_campana))
              limit $3))',
        'totales_' || de_la_generacion, 'campanas_' || de_la_generacion)
        using vistos, hasta, limite;
    get diagnostics olvidados = row_count;
    if olvidados < limite then
        update reportes.generaciones set desconocidos_desde = hasta where numero = de_la_generacion;
    end if;
    return olvidados;
end
$$;
revoke execute on function reportes.olvidar_totales(timestamptz, int) from public;
grant execute on function reportes.olvidar_totales(timestamptz, int) to reportes;

-- The same with single events: of a history that was half replayed the rest would not have been counted any more.
create or replace function reportes.olvidar_seguimiento(antes timestamptz, limite int) returns int
language plpgsql security definer set search_path = '' as $$
declare
    de_la_generacion int := (select numero from reportes.generaciones where estado = 'vigente');
    olvidados int;
begin
    antes := least(antes, now() - interval '366 days');
    execute format(
        'delete from reportes.%1$I where ctid = any (array(select ctid from reportes.%1$I
                                                            where fecha < $1 order by fecha limit $2))',
        'seguimiento_' || de_la_generacion)
        using antes, limite;
    get diagnostics olvidados = row_count;
    if olvidados > 0 then
        update reportes.generaciones set seguimiento_desde = antes
         where numero = de_la_generacion and seguimiento_desde < antes;
    end if;
    return olvidados;
end
$$;
