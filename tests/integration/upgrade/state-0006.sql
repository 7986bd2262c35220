-- The rows of a platform as migration 0006 leaves them (pg_dump --data-only): payments in each state, campaigns, tracking
-- events, commissions, affiliates, inboxes and the read model. One payment and one conversion wait to be published.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

COPY campanas.campanas (id, nombre, tipo, descripcion, estado, presupuesto, moneda, fecha_inicio, fecha_fin, id_afiliado, fecha_creacion, fecha_actualizacion, version, impresiones, clicks, conversiones, gasto_usd, gasto_eur, gasto_cop) FROM stdin;
01a22c0e-e484-7736-8865-678f3904aa60	primavera	PROMOCIONAL	\N	CREATED	1000.50	COP	2026-11-01 00:00:00+00	2027-12-31 00:00:00+00	afiliado-001	2026-11-30 10:45:03.236478+00	2026-11-30 10:45:03.236478+00	1	0	0	0	0.00	0.00	0.00
01a22c0e-e43b-7d39-bf34-4e439fbd7d8e	otono	PROMOCIONAL	\N	PAUSED	1000.50	COP	2026-11-01 00:00:00+00	2027-12-31 00:00:00+00	afiliado-001	2026-11-30 10:45:03.163002+00	2026-11-30 10:45:03.440348+00	3	0	0	0	0.00	0.00	0.00
01a22c0e-e458-745e-a580-8f650ca01d28	invierno	PROMOCIONAL	\N	CANCELLED	1000.50	COP	2026-11-01 00:00:00+00	2027-12-31 00:00:00+00	afiliado-001	2026-11-30 10:45:03.192889+00	2026-11-30 10:45:03.49599+00	3	0	0	0	0.00	0.00	0.00
01a22c0e-e334-7852-abd9-d1e7a778ab7a	verano	PROMOCIONAL	\N	ACTIVE	2000.00	COP	2026-11-01 00:00:00+00	2027-12-31 00:00:00+00	afiliado-001	2026-11-30 10:45:02.90044+00	2026-11-30 10:45:03.543017+00	3	1	1	2	7.00	0.00	10.05
\.

COPY campanas.inbox (consumer, event_id, received_at) FROM stdin;
metricas-campanas	01a22c0e-fa2a-7ade-9b2a-ef2a7c3862a5	2026-11-30 10:45:09.796605+00
metricas-campanas	01a22c0e-fcee-79f3-8b98-0ca619cc9cf4	2026-11-30 10:45:10.012334+00
metricas-campanas	01a22c0e-fd35-70d9-9d2e-58d4c76373c4	2026-11-30 10:45:10.012334+00
metricas-campanas	01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	2026-11-30 10:45:10.012334+00
metricas-campanas	01a22c0f-0023-778f-857d-7aa4c69980de	2026-11-30 10:45:10.523819+00
\.

COPY campanas.outbox ("position", id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at, parked_at, parked_reason) FROM stdin;
1	01a22c0e-e409-71d1-82fe-b9e4d49f8181	Campana	01a22c0e-e334-7852-abd9-d1e7a778ab7a	1	CampanaCreada	{"tipo": "PROMOCIONAL", "nombre": "verano", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "82acdcdbc1af8124b15db3445d188854e7635feb929550d4279b65b24344c164", "correlation_id": "4250efbe-23d3-4dc3-9a2c-a57298c9e386", "idempotency_key": "verano"}	2026-11-30 10:45:02.90044+00	2026-11-30 10:45:03.156041+00	\N	\N
2	01a22c0e-e43c-750f-9f38-54861173befb	Campana	01a22c0e-e43b-7d39-bf34-4e439fbd7d8e	1	CampanaCreada	{"tipo": "PROMOCIONAL", "nombre": "otono", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e43b-7d39-bf34-4e439fbd7d8e", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "267d7fdbccdcfb4c0725536b73dbe027425e8b35e917f67c13b00b7d757eae3c", "correlation_id": "1e7da8c4-d74c-4705-84fc-4fe1a37081ca", "idempotency_key": "otono"}	2026-11-30 10:45:03.163002+00	2026-11-30 10:45:03.187454+00	\N	\N
3	01a22c0e-e45a-7320-a6fe-29b9d2371200	Campana	01a22c0e-e458-745e-a580-8f650ca01d28	1	CampanaCreada	{"tipo": "PROMOCIONAL", "nombre": "invierno", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e458-745e-a580-8f650ca01d28", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "be05ac252a3d02c45c77b3835a4e1962e01bd86ddde05436ebd0aa0bd4c3bd17", "correlation_id": "ca9c5258-313b-4c00-84c4-a58821ebe37c", "idempotency_key": "invierno"}	2026-11-30 10:45:03.192889+00	2026-11-30 10:45:03.215679+00	\N	\N
4	01a22c0e-e48a-7bcd-9273-26bdaa8ceebe	Campana	01a22c0e-e484-7736-8865-678f3904aa60	1	CampanaCreada	{"tipo": "PROMOCIONAL", "nombre": "primavera", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e484-7736-8865-678f3904aa60", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "8d02958c9ca24b139651ade88c163b8bcbafdd185c3f840af4cbde949c63c885", "correlation_id": "25178b2f-5bef-4a2b-914d-84ba19d4b08e", "idempotency_key": "primavera"}	2026-11-30 10:45:03.236478+00	2026-11-30 10:45:03.276106+00	\N	\N
5	01a22c0e-e4d0-7f3a-98c3-ae688c384fc7	Campana	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2	CampanaActivada	{"tipo": "PROMOCIONAL", "nombre": "verano", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "c89dcace0a0d4119bc31c9f914b017362afc39042f5eafafa8ff60cb37aa08f4", "correlation_id": "c043bb2e-be94-4627-a748-3e6e3f4ee815", "idempotency_key": "c043bb2e-be94-4627-a748-3e6e3f4ee815"}	2026-11-30 10:45:03.309422+00	2026-11-30 10:45:03.362489+00	\N	\N
6	01a22c0e-e502-73a0-bee0-83f229283345	Campana	01a22c0e-e43b-7d39-bf34-4e439fbd7d8e	2	CampanaActivada	{"tipo": "PROMOCIONAL", "nombre": "otono", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e43b-7d39-bf34-4e439fbd7d8e", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "92fc850ca6e9af68ebabcdc8d7b5ae317fa500d2dea57ee8b0be625ac238510c", "correlation_id": "2459969a-74b8-4ce1-a623-031f8e1a345b", "idempotency_key": "2459969a-74b8-4ce1-a623-031f8e1a345b"}	2026-11-30 10:45:03.361286+00	2026-11-30 10:45:03.391395+00	\N	\N
7	01a22c0e-e52c-7a12-aac8-e71740125fe1	Campana	01a22c0e-e458-745e-a580-8f650ca01d28	2	CampanaActivada	{"tipo": "PROMOCIONAL", "nombre": "invierno", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e458-745e-a580-8f650ca01d28", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "70bdff35402409ddfaaf070190d2a75401298fbe41e0beeeecc6eebe8afe9551", "correlation_id": "6a79f964-2d16-4519-b893-7c5b52134347", "idempotency_key": "6a79f964-2d16-4519-b893-7c5b52134347"}	2026-11-30 10:45:03.403656+00	2026-11-30 10:45:03.421806+00	\N	\N
8	01a22c0e-e551-7f9d-917a-61632d6fd117	Campana	01a22c0e-e43b-7d39-bf34-4e439fbd7d8e	3	CampanaPausada	{"tipo": "PROMOCIONAL", "nombre": "otono", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e43b-7d39-bf34-4e439fbd7d8e", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "4c367cadedc9fb757fdf02954e4d38a6f967aa284125e33ffc5b1a451fada11e", "correlation_id": "23516f90-4fa4-4f79-be64-4f1d9e6475cf", "idempotency_key": "23516f90-4fa4-4f79-be64-4f1d9e6475cf"}	2026-11-30 10:45:03.440348+00	2026-11-30 10:45:03.497903+00	\N	\N
9	01a22c0e-e58b-7a11-a0ea-203ff0a8f952	Campana	01a22c0e-e458-745e-a580-8f650ca01d28	3	CampanaCancelada	{"tipo": "PROMOCIONAL", "nombre": "invierno", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e458-745e-a580-8f650ca01d28", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 1000.50, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "b03b43e6706f59f025f1be9b79bfd664a30a1a802e12d48dbb2571a7c4ca2bb3", "correlation_id": "2bda22a7-3c94-4099-9254-e06019b89de1", "idempotency_key": "2bda22a7-3c94-4099-9254-e06019b89de1"}	2026-11-30 10:45:03.49599+00	2026-11-30 10:45:03.549722+00	\N	\N
10	01a22c0e-e5c3-703d-88e1-69771da39660	Campana	01a22c0e-e334-7852-abd9-d1e7a778ab7a	3	PresupuestoCambiado	{"tipo": "PROMOCIONAL", "nombre": "verano", "fecha_fin": "2027-12-31T00:00:00+00:00", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "descripcion": null, "id_afiliado": "afiliado-001", "presupuesto": {"monto": 2000.00, "moneda": "COP"}, "fecha_inicio": "2026-11-01T00:00:00+00:00"}	{"causation_id": null, "request_hash": "4f6f68d4d6a94a4ae60ee26bab0d7d61e9b3926e09f509b77e37a55f89313a49", "correlation_id": "cb91e968-a555-4ccc-a724-d9ca0351d216", "idempotency_key": "cb91e968-a555-4ccc-a724-d9ca0351d216"}	2026-11-30 10:45:03.543017+00	2026-11-30 10:45:03.577685+00	\N	\N
\.

COPY campanas.outbox_totals (only_row, published) FROM stdin;
t	10
\.

COPY campanas.totales (estado, moneda, ranura, campanas, presupuesto, impresiones, clicks, conversiones, gasto_usd, gasto_eur, gasto_cop) FROM stdin;
CREATED	COP	0	1	1000.50	0	0	0	0.00	0.00	0.00
PAUSED	COP	0	1	1000.50	0	0	0	0.00	0.00	0.00
CANCELLED	COP	0	1	1000.50	0	0	0	0.00	0.00	0.00
ACTIVE	COP	0	1	2000.00	0	0	0	0.00	0.00	0.00
ACTIVE	COP	2	0	0.00	1	1	2	7.00	0.00	10.05
\.

COPY campanas.totales_por_afiliado (id_afiliado, estado, campanas) FROM stdin;
afiliado-001	CREATED	1
afiliado-001	PAUSED	1
afiliado-001	ACTIVE	1
afiliado-001	CANCELLED	1
\.

COPY event_collector.afiliados (id, activo, permisos, eventos_por_minuto, conversiones_probadas, secreto_webhook, creado_en, cambiado_en) FROM stdin;
afiliado-001	t	\N	\N	f	\N	2026-11-30 10:45:05.575793+00	2026-11-30 10:45:05.575793+00
afiliado-002	t	\N	\N	t	\N	2026-11-30 10:45:06.782096+00	2026-11-30 10:45:06.782096+00
\.

COPY event_collector.comisiones (id_evento, id_pago, estado, version, mensaje_error, cambiada_en) FROM stdin;
01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	01a22c0e-fff0-7c6d-8040-61db511b46d1	EXITOSO	3	\N	2026-11-30 10:45:10.307251+00
01a22c0e-fda9-7ff3-a129-5776fa3148c6	01a22c0e-fff3-707a-a153-cd6325416bdb	EXITOSO	3	\N	2026-11-30 10:45:10.307251+00
\.

COPY event_collector.deduplicacion (huella, hash_evento, id_evento, hasta) FROM stdin;
\\x975ff8fb6396eb09f6b1ac5ba90b54f8ec1c04b3754783b95ba55a63c434ef79	\\xd7337662ccc6b146a909777a0922f48c30bee0647c660b5194463d78f4f22062	01a22c0e-fcee-79f3-8b98-0ca619cc9cf4	2026-12-01 10:45:09.486867+00
\\xab9a5f48c3ec54909ec73521fb02c3c36a5d28ac1c22380c85a82835d2ee9e4f	\\xabbdb185c1995dfa0675125d8c4ab95cf6e9c16b37e33ec452ac5e81bdfd723a	01a22c0e-fd35-70d9-9d2e-58d4c76373c4	2026-12-01 10:45:09.557274+00
\\xeb14f04e9aca9410c99ff24838f1fd7e569fca7865c54fd5fc7c075c93e3b916	\\xf577bd1bd3a6196bb8f912e320afba1b36918ba2e00f77617a725a8683f4d65a	01a22c0e-fd64-7410-80c5-7db3c47c77f2	2026-12-01 10:45:09.604939+00
\\xe65148e6cebdbca18b3e4b75cac714c373e45a27a4aebf91bf099277636ad11f	\\x348db1ff38e11437f2c3ba66cd0bbaa9ffb5cfcf79355b65d68b5e9bfc57444d	01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	infinity
\\x75166efbc26ff97dc96a2621700c8b116efeeb9bbe590c79d4c1e13c9622053f	\\xa1b5fd206703449b47a14f7ae12979fb4f552deac8911fe852ce3781ccfce7d7	01a22c0e-fda9-7ff3-a129-5776fa3148c6	infinity
\\xa84dad4dee433698edc7835812f5f1d5bfaad86107f6afea96996af28d2f8bcb	\\xe49a35ea49166a0999385a15a094e593d62327c8e88b8084dfbb32c0db68d127	01a22c0e-fdd7-7634-b45e-384ecb27e48b	infinity
\\xd63cb532977fde466c1e6105c9940a8dd7a63dd215e21915e7366888bdcc787d	\\x58c707c7082b9075ccc5d93c4722f24dd2e3912ac52187f0b975ea7e6fdee826	01a22c0f-3eb3-7fa6-981e-d72c6e79a379	infinity
\.

COPY event_collector.fallos (id_evento, consumidor, id_afiliado, motivo, topico, fallo_en, resuelto_en) FROM stdin;
\.

COPY event_collector.llaves_api (huella, id_afiliado, creada_en) FROM stdin;
\\x30905e11ec37cbf19aa01873d6f4b267ea1c7a3db6302387d6a6474ac2fe86af	afiliado-002	2026-11-30 10:45:07.223031+00
\.

COPY event_collector.outbox ("position", id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at, parked_at, parked_reason) FROM stdin;
1	01a22c0e-fcee-79f3-8b98-0ca619cc9cf4	Evento	01a22c0e-fcee-79f3-8b98-0ca619cc9cf4	1	ClickRegistrado	{"ip": "127.0.0.1", "url": null, "moneda": null, "referrer": null, "id_evento": "01a22c0e-fcee-79f3-8b98-0ca619cc9cf4", "id_oferta": null, "id_sesion": "s-1", "navegador": "curl 7", "timestamp": null, "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "user_agent": "curl/7.88.1", "hash_evento": "d7337662ccc6b146a909777a0922f48c30bee0647c660b5194463d78f4f22062", "id_afiliado": "afiliado-001", "tipo_evento": "CLICK", "datos_custom": {"a": 1.50}, "fuente_evento": "WEB_TAG", "tipo_dispositivo": null, "valor_conversion": null, "id_evento_cliente": null, "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-001#01a22c0e-e334-7852-abd9-d1e7a778ab7a", "correlation_id": "f62e722b-8eeb-412c-85a1-e60aa9195799"}	2026-11-30 10:45:09.486867+00	2026-11-30 10:45:09.540454+00	\N	\N
2	01a22c0e-fd35-70d9-9d2e-58d4c76373c4	Evento	01a22c0e-fd35-70d9-9d2e-58d4c76373c4	1	ImpresionRegistrada	{"ip": "127.0.0.1", "url": null, "moneda": null, "referrer": null, "id_evento": "01a22c0e-fd35-70d9-9d2e-58d4c76373c4", "id_oferta": null, "id_sesion": "s-1", "navegador": "curl 7", "timestamp": null, "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "user_agent": "curl/7.88.1", "hash_evento": "abbdb185c1995dfa0675125d8c4ab95cf6e9c16b37e33ec452ac5e81bdfd723a", "id_afiliado": "afiliado-001", "tipo_evento": "IMPRESSION", "datos_custom": {"a": 1.50}, "fuente_evento": "WEB_TAG", "tipo_dispositivo": null, "valor_conversion": null, "id_evento_cliente": null, "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-001#01a22c0e-e334-7852-abd9-d1e7a778ab7a", "correlation_id": "2404b0b7-17ae-4f40-b3e8-c559517f87e0"}	2026-11-30 10:45:09.557274+00	2026-11-30 10:45:09.602326+00	\N	\N
3	01a22c0e-fd64-7410-80c5-7db3c47c77f2	Evento	01a22c0e-fd64-7410-80c5-7db3c47c77f2	1	VistaDePaginaRegistrada	{"ip": "127.0.0.1", "url": null, "moneda": null, "referrer": null, "id_evento": "01a22c0e-fd64-7410-80c5-7db3c47c77f2", "id_oferta": null, "id_sesion": "s-1", "navegador": "curl 7", "timestamp": null, "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "user_agent": "curl/7.88.1", "hash_evento": "f577bd1bd3a6196bb8f912e320afba1b36918ba2e00f77617a725a8683f4d65a", "id_afiliado": "afiliado-001", "tipo_evento": "PAGE_VIEW", "datos_custom": {"a": 1.50}, "fuente_evento": "WEB_TAG", "tipo_dispositivo": null, "valor_conversion": null, "id_evento_cliente": null, "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-001#01a22c0e-e334-7852-abd9-d1e7a778ab7a", "correlation_id": "30461b2d-5fa4-42d9-af2b-3060ad34a37b"}	2026-11-30 10:45:09.604939+00	2026-11-30 10:45:09.634045+00	\N	\N
4	01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	Evento	01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	1	ConversionRegistrada	{"ip": "127.0.0.1", "url": null, "moneda": "COP", "referrer": null, "id_evento": "01a22c0e-fd86-7bcc-b3b1-2beebc42d88e", "id_oferta": null, "id_sesion": null, "navegador": "curl 7", "timestamp": null, "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "user_agent": "curl/7.88.1", "hash_evento": "348db1ff38e11437f2c3ba66cd0bbaa9ffb5cfcf79355b65d68b5e9bfc57444d", "id_afiliado": "afiliado-001", "tipo_evento": "CONVERSION", "datos_custom": {}, "fuente_evento": "WEB_TAG", "tipo_dispositivo": null, "valor_conversion": 100.50, "id_evento_cliente": "orden-1", "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-001#01a22c0e-e334-7852-abd9-d1e7a778ab7a", "correlation_id": "f0398fb4-7abc-42e0-bc06-40f25531d00e"}	2026-11-30 10:45:09.638954+00	2026-11-30 10:45:09.670647+00	\N	\N
5	01a22c0e-fda9-7ff3-a129-5776fa3148c6	Evento	01a22c0e-fda9-7ff3-a129-5776fa3148c6	1	ConversionRegistrada	{"ip": "127.0.0.1", "url": null, "moneda": "EUR", "referrer": null, "id_evento": "01a22c0e-fda9-7ff3-a129-5776fa3148c6", "id_oferta": null, "id_sesion": null, "navegador": "curl 7", "timestamp": null, "id_campana": null, "user_agent": "curl/7.88.1", "hash_evento": "a1b5fd206703449b47a14f7ae12979fb4f552deac8911fe852ce3781ccfce7d7", "id_afiliado": "afiliado-002", "tipo_evento": "CONVERSION", "datos_custom": {}, "fuente_evento": "API_DIRECT", "tipo_dispositivo": null, "valor_conversion": 50.00, "id_evento_cliente": "orden-2", "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-002#", "correlation_id": "a187f723-427c-4008-a6b1-4163ce9f4a77"}	2026-11-30 10:45:09.673554+00	2026-11-30 10:45:09.701839+00	\N	\N
6	01a22c0e-fdd7-7634-b45e-384ecb27e48b	Evento	01a22c0e-fdd7-7634-b45e-384ecb27e48b	1	ConversionRegistrada	{"ip": "127.0.0.1", "url": null, "moneda": "USD", "referrer": null, "id_evento": "01a22c0e-fdd7-7634-b45e-384ecb27e48b", "id_oferta": null, "id_sesion": null, "navegador": "curl 7", "timestamp": null, "id_campana": null, "user_agent": "curl/7.88.1", "hash_evento": "e49a35ea49166a0999385a15a094e593d62327c8e88b8084dfbb32c0db68d127", "id_afiliado": "afiliado-001", "tipo_evento": "CONVERSION", "datos_custom": {}, "fuente_evento": "WEB_TAG", "tipo_dispositivo": null, "valor_conversion": 0.04, "id_evento_cliente": "orden-3", "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-001#", "correlation_id": "73da4ce5-e984-4dfa-a837-c10afd7f4f3c"}	2026-11-30 10:45:09.719978+00	2026-11-30 10:45:09.753823+00	\N	\N
7	01a22c0f-3eb3-7fa6-981e-d72c6e79a379	Evento	01a22c0f-3eb3-7fa6-981e-d72c6e79a379	1	ConversionRegistrada	{"ip": "127.0.0.1", "url": null, "moneda": "COP", "referrer": null, "id_evento": "01a22c0f-3eb3-7fa6-981e-d72c6e79a379", "id_oferta": null, "id_sesion": null, "navegador": "curl 7", "timestamp": null, "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "user_agent": "curl/7.88.1", "hash_evento": "58c707c7082b9075ccc5d93c4722f24dd2e3912ac52187f0b975ea7e6fdee826", "id_afiliado": "afiliado-001", "tipo_evento": "CONVERSION", "datos_custom": {}, "fuente_evento": "WEB_TAG", "tipo_dispositivo": null, "valor_conversion": 30.00, "id_evento_cliente": "orden-4", "sistema_operativo": null, "parametros_tracking": {}, "resolucion_pantalla": null, "identificador_dispositivo": null}	{"causation_id": null, "partition_key": "afiliado-001#01a22c0e-e334-7852-abd9-d1e7a778ab7a", "correlation_id": "e07d66fa-a39a-49b9-8376-9774e8d254ac"}	2026-11-30 10:45:26.323743+00	\N	\N	\N
\.

COPY event_collector.outbox_totals (only_row, published) FROM stdin;
t	6
\.

COPY event_collector.reintentos (id_evento, pedido_en, forzado, correlation_id) FROM stdin;
\.

COPY event_collector.totales (nivel, inicio, id_afiliado, tipo, moneda, ranura, eventos, valor) FROM stdin;
dia	2026-11-30 00:00:00+00		CLICK		2	1	0
dia	2026-11-30 00:00:00+00	afiliado-001	CLICK		2	1	0
hora	2026-11-30 10:00:00+00		CLICK		2	1	0
hora	2026-11-30 10:00:00+00	afiliado-001	CLICK		2	1	0
dia	2026-11-30 00:00:00+00		IMPRESSION		2	1	0
dia	2026-11-30 00:00:00+00	afiliado-001	IMPRESSION		2	1	0
hora	2026-11-30 10:00:00+00		IMPRESSION		2	1	0
hora	2026-11-30 10:00:00+00	afiliado-001	IMPRESSION		2	1	0
dia	2026-11-30 00:00:00+00		PAGE_VIEW		2	1	0
dia	2026-11-30 00:00:00+00	afiliado-001	PAGE_VIEW		2	1	0
hora	2026-11-30 10:00:00+00		PAGE_VIEW		2	1	0
hora	2026-11-30 10:00:00+00	afiliado-001	PAGE_VIEW		2	1	0
dia	2026-11-30 00:00:00+00		CONVERSION	EUR	2	1	50.00
dia	2026-11-30 00:00:00+00	afiliado-002	CONVERSION	EUR	2	1	50.00
hora	2026-11-30 10:00:00+00		CONVERSION	EUR	2	1	50.00
hora	2026-11-30 10:00:00+00	afiliado-002	CONVERSION	EUR	2	1	50.00
dia	2026-11-30 00:00:00+00		CONVERSION	USD	2	1	0.04
dia	2026-11-30 00:00:00+00	afiliado-001	CONVERSION	USD	2	1	0.04
hora	2026-11-30 10:00:00+00		CONVERSION	USD	2	1	0.04
hora	2026-11-30 10:00:00+00	afiliado-001	CONVERSION	USD	2	1	0.04
dia	2026-11-30 00:00:00+00		CONVERSION	COP	2	2	130.50
dia	2026-11-30 00:00:00+00	afiliado-001	CONVERSION	COP	2	2	130.50
hora	2026-11-30 10:00:00+00		CONVERSION	COP	2	2	130.50
hora	2026-11-30 10:00:00+00	afiliado-001	CONVERSION	COP	2	2	130.50
\.

COPY pagos.inbox (consumer, event_id, received_at) FROM stdin;
procesar-pagos	01a22c0e-f590-7c20-88e3-74723c595af1	2026-11-30 10:45:08.777698+00
procesar-pagos	01a22c0e-f576-796c-9a61-344fe237ef90	2026-11-30 10:45:08.929095+00
procesar-pagos	01a22c0e-f5b5-7d67-a41a-5984465a3d0a	2026-11-30 10:45:09.258631+00
procesar-pagos	01a22c0e-fff1-752d-aeb9-92ed4359e82a	2026-11-30 10:45:10.306669+00
procesar-pagos	01a22c0e-fff4-75f6-bd58-17f9efb4fbf0	2026-11-30 10:45:10.306669+00
procesar-pagos	01a22c0f-1351-7692-b7c5-7959c87f7177	2026-11-30 10:45:15.261646+00
\.

COPY pagos.outbox ("position", id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at, parked_at, parked_reason) FROM stdin;
1	01a22c0e-f576-796c-9a61-344fe237ef90	Pago	01a22c0e-f575-729e-b1a8-03396b7495cd	1	PagoPendiente	{"monto": 100.50, "moneda": "COP", "id_pago": "01a22c0e-f575-729e-b1a8-03396b7495cd", "id_campana": null, "id_afiliado": "afiliado-001", "referencia_pago": "test-ref-001"}	{"causation_id": null, "correlation_id": "c19a5c99-00a9-4268-b718-16341fef1423"}	2026-11-30 10:45:07.484417+00	2026-11-30 10:45:07.613783+00	\N	\N
2	01a22c0e-f590-7c20-88e3-74723c595af1	Pago	01a22c0e-f58f-77a2-bf9d-6458d803ac08	1	PagoPendiente	{"monto": 7.00, "moneda": "USD", "id_pago": "01a22c0e-f58f-77a2-bf9d-6458d803ac08", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "id_afiliado": "afiliado-001", "referencia_pago": "test-ref-007"}	{"causation_id": null, "correlation_id": "54f1c2fd-26b1-400d-a581-40c148c8bbe2"}	2026-11-30 10:45:07.59854+00	2026-11-30 10:45:07.621462+00	\N	\N
3	01a22c0e-f5b5-7d67-a41a-5984465a3d0a	Pago	01a22c0e-f5b4-7999-bc8a-90a274b83b14	1	PagoPendiente	{"monto": 20.00, "moneda": "EUR", "id_pago": "01a22c0e-f5b4-7999-bc8a-90a274b83b14", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "revertido-1"}	{"causation_id": null, "correlation_id": "823a8986-6e58-47d7-a77d-bdc50e5efc48"}	2026-11-30 10:45:07.636452+00	2026-11-30 10:45:07.649889+00	\N	\N
4	01a22c0e-f9da-7c75-b28e-1596cbcc3a6e	Pago	01a22c0e-f58f-77a2-bf9d-6458d803ac08	2	PagoEnProceso	{"monto": 7.00, "moneda": "USD", "id_pago": "01a22c0e-f58f-77a2-bf9d-6458d803ac08", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "id_afiliado": "afiliado-001", "referencia_pago": "test-ref-007"}	{"causation_id": "01a22c0e-f590-7c20-88e3-74723c595af1", "correlation_id": "54f1c2fd-26b1-400d-a581-40c148c8bbe2"}	2026-11-30 10:45:08.249306+00	2026-11-30 10:45:08.708753+00	\N	\N
5	01a22c0e-fa2a-7ade-9b2a-ef2a7c3862a5	Pago	01a22c0e-f58f-77a2-bf9d-6458d803ac08	3	PagoExitoso	{"monto": 7.00, "moneda": "USD", "id_pago": "01a22c0e-f58f-77a2-bf9d-6458d803ac08", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "id_afiliado": "afiliado-001", "referencia_pago": "test-ref-007", "referencia_pasarela": "tr_3MRGjbNDhQQpRFMUUHVlwxAd"}	{"causation_id": "01a22c0e-f590-7c20-88e3-74723c595af1", "correlation_id": "54f1c2fd-26b1-400d-a581-40c148c8bbe2"}	2026-11-30 10:45:08.778932+00	2026-11-30 10:45:08.822695+00	\N	\N
6	01a22c0e-fa81-7977-b12d-7ffc86b1fdc5	Pago	01a22c0e-f575-729e-b1a8-03396b7495cd	2	PagoEnProceso	{"monto": 100.50, "moneda": "COP", "id_pago": "01a22c0e-f575-729e-b1a8-03396b7495cd", "id_campana": null, "id_afiliado": "afiliado-001", "referencia_pago": "test-ref-001"}	{"causation_id": "01a22c0e-f576-796c-9a61-344fe237ef90", "correlation_id": "c19a5c99-00a9-4268-b718-16341fef1423"}	2026-11-30 10:45:08.2916+00	2026-11-30 10:45:08.884108+00	\N	\N
7	01a22c0e-fac2-76e8-829f-2c71882c1479	Pago	01a22c0e-f575-729e-b1a8-03396b7495cd	3	PagoExitoso	{"monto": 100.50, "moneda": "COP", "id_pago": "01a22c0e-f575-729e-b1a8-03396b7495cd", "id_campana": null, "id_afiliado": "afiliado-001", "referencia_pago": "test-ref-001", "referencia_pasarela": "tr_I8fSBokSCsKQu0cLebqtkdS5"}	{"causation_id": "01a22c0e-f576-796c-9a61-344fe237ef90", "correlation_id": "c19a5c99-00a9-4268-b718-16341fef1423"}	2026-11-30 10:45:08.930466+00	2026-11-30 10:45:08.956059+00	\N	\N
8	01a22c0e-fbb8-7335-b013-71c479208fe5	Pago	01a22c0e-f5b4-7999-bc8a-90a274b83b14	2	PagoEnProceso	{"monto": 20.00, "moneda": "EUR", "id_pago": "01a22c0e-f5b4-7999-bc8a-90a274b83b14", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "revertido-1"}	{"causation_id": "01a22c0e-f5b5-7d67-a41a-5984465a3d0a", "correlation_id": "823a8986-6e58-47d7-a77d-bdc50e5efc48"}	2026-11-30 10:45:08.693522+00	2026-11-30 10:45:09.18824+00	\N	\N
9	01a22c0e-fc0b-7edc-b933-c790e426ce4c	Pago	01a22c0e-f5b4-7999-bc8a-90a274b83b14	3	PagoExitoso	{"monto": 20.00, "moneda": "EUR", "id_pago": "01a22c0e-f5b4-7999-bc8a-90a274b83b14", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "revertido-1", "referencia_pasarela": "tr_G3tFy2TsT1RTaYRZZTg6ervd"}	{"causation_id": "01a22c0e-f5b5-7d67-a41a-5984465a3d0a", "correlation_id": "823a8986-6e58-47d7-a77d-bdc50e5efc48"}	2026-11-30 10:45:09.259484+00	2026-11-30 10:45:09.276963+00	\N	\N
10	01a22c0e-fff1-752d-aeb9-92ed4359e82a	Pago	01a22c0e-fff0-7c6d-8040-61db511b46d1	1	PagoPendiente	{"monto": 10.05, "moneda": "COP", "id_pago": "01a22c0e-fff0-7c6d-8040-61db511b46d1", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "id_afiliado": "afiliado-001", "referencia_pago": "comision-01a22c0e-fd86-7bcc-b3b1-2beebc42d88e"}	{"causation_id": "01a22c0e-fd86-7bcc-b3b1-2beebc42d88e", "correlation_id": "f0398fb4-7abc-42e0-bc06-40f25531d00e"}	2026-11-30 10:45:10.044836+00	2026-11-30 10:45:10.274297+00	\N	\N
11	01a22c0e-fff4-75f6-bd58-17f9efb4fbf0	Pago	01a22c0e-fff3-707a-a153-cd6325416bdb	1	PagoPendiente	{"monto": 5.00, "moneda": "EUR", "id_pago": "01a22c0e-fff3-707a-a153-cd6325416bdb", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "comision-01a22c0e-fda9-7ff3-a129-5776fa3148c6"}	{"causation_id": "01a22c0e-fda9-7ff3-a129-5776fa3148c6", "correlation_id": "a187f723-427c-4008-a6b1-4163ce9f4a77"}	2026-11-30 10:45:10.259362+00	2026-11-30 10:45:10.274386+00	\N	\N
12	01a22c0f-001b-7010-8cb6-e6134facd6b7	Pago	01a22c0e-fff0-7c6d-8040-61db511b46d1	2	PagoEnProceso	{"monto": 10.05, "moneda": "COP", "id_pago": "01a22c0e-fff0-7c6d-8040-61db511b46d1", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "id_afiliado": "afiliado-001", "referencia_pago": "comision-01a22c0e-fd86-7bcc-b3b1-2beebc42d88e"}	{"causation_id": "01a22c0e-fff1-752d-aeb9-92ed4359e82a", "correlation_id": "f0398fb4-7abc-42e0-bc06-40f25531d00e"}	2026-11-30 10:45:10.297846+00	2026-11-30 10:45:10.320519+00	\N	\N
13	01a22c0f-001c-7ae3-bbb5-80247d1ca127	Pago	01a22c0e-fff3-707a-a153-cd6325416bdb	2	PagoEnProceso	{"monto": 5.00, "moneda": "EUR", "id_pago": "01a22c0e-fff3-707a-a153-cd6325416bdb", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "comision-01a22c0e-fda9-7ff3-a129-5776fa3148c6"}	{"causation_id": "01a22c0e-fff4-75f6-bd58-17f9efb4fbf0", "correlation_id": "a187f723-427c-4008-a6b1-4163ce9f4a77"}	2026-11-30 10:45:10.297846+00	2026-11-30 10:45:10.320567+00	\N	\N
14	01a22c0f-0023-778f-857d-7aa4c69980de	Pago	01a22c0e-fff0-7c6d-8040-61db511b46d1	3	PagoExitoso	{"monto": 10.05, "moneda": "COP", "id_pago": "01a22c0e-fff0-7c6d-8040-61db511b46d1", "id_campana": "01a22c0e-e334-7852-abd9-d1e7a778ab7a", "id_afiliado": "afiliado-001", "referencia_pago": "comision-01a22c0e-fd86-7bcc-b3b1-2beebc42d88e", "referencia_pasarela": "tr_fsBNrFVLbdtLl8BzRTzyOpp8"}	{"causation_id": "01a22c0e-fff1-752d-aeb9-92ed4359e82a", "correlation_id": "f0398fb4-7abc-42e0-bc06-40f25531d00e"}	2026-11-30 10:45:10.307251+00	2026-11-30 10:45:10.320573+00	\N	\N
18	01a22c0f-1351-7692-b7c5-7959c87f7177	Pago	01a22c0f-1350-7cf1-a088-2df95998ab7d	1	PagoPendiente	{"monto": 54.00, "moneda": "EUR", "id_pago": "01a22c0f-1350-7cf1-a088-2df95998ab7d", "id_campana": null, "id_afiliado": "afiliado-003", "referencia_pago": "fallido-1"}	{"causation_id": null, "correlation_id": "9cc0d904-33f7-4ad4-9d21-be792b3297b4"}	2026-11-30 10:45:15.216043+00	2026-11-30 10:45:15.232366+00	\N	\N
21	01a22c0f-1bfe-7130-946f-9e1c0c120c0e	Pago	01a22c0f-1bfd-73f1-ba6c-9731a9f67d31	1	PagoPendiente	{"monto": 55.00, "moneda": "EUR", "id_pago": "01a22c0f-1bfd-73f1-ba6c-9731a9f67d31", "id_campana": null, "id_afiliado": "afiliado-003", "referencia_pago": "desconocido-1"}	{"causation_id": null, "correlation_id": "f0d3706d-beca-4eb4-8bbc-e83ac68e08b4"}	2026-11-30 10:45:17.436961+00	2026-11-30 10:45:17.44949+00	\N	\N
23	01a22c0f-3e9e-7d51-89b2-760068b46341	Pago	01a22c0f-3e9d-7c39-b984-cb33b149161e	1	PagoPendiente	{"monto": 56.00, "moneda": "EUR", "id_pago": "01a22c0f-3e9d-7c39-b984-cb33b149161e", "id_campana": null, "id_afiliado": "afiliado-003", "referencia_pago": "en-espera-1"}	{"causation_id": null, "correlation_id": "556040c8-e122-4fa9-8a4a-3786fd2326b7"}	2026-11-30 10:45:26.301359+00	\N	\N	\N
15	01a22c0f-0024-7b4e-8e85-10909379409d	Pago	01a22c0e-fff3-707a-a153-cd6325416bdb	3	PagoExitoso	{"monto": 5.00, "moneda": "EUR", "id_pago": "01a22c0e-fff3-707a-a153-cd6325416bdb", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "comision-01a22c0e-fda9-7ff3-a129-5776fa3148c6", "referencia_pasarela": "tr_23UR8IgrwtM467NAjllZF8ju"}	{"causation_id": "01a22c0e-fff4-75f6-bd58-17f9efb4fbf0", "correlation_id": "a187f723-427c-4008-a6b1-4163ce9f4a77"}	2026-11-30 10:45:10.307251+00	2026-11-30 10:45:10.320578+00	\N	\N
16	01a22c0f-0f60-7831-a7ed-098a164338b6	Pago	01a22c0e-f5b4-7999-bc8a-90a274b83b14	4	ReversoSolicitado	{"monto": 20.00, "moneda": "EUR", "motivo": "pedido anulado", "id_pago": "01a22c0e-f5b4-7999-bc8a-90a274b83b14", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "revertido-1"}	{"causation_id": null, "correlation_id": "823a8986-6e58-47d7-a77d-bdc50e5efc48"}	2026-11-30 10:45:14.208774+00	2026-11-30 10:45:14.233441+00	\N	\N
17	01a22c0f-0f84-713f-9ed3-5d05a0f7c308	Pago	01a22c0e-f5b4-7999-bc8a-90a274b83b14	5	PagoRevertido	{"monto": 20.00, "moneda": "EUR", "motivo": "pedido anulado", "id_pago": "01a22c0e-f5b4-7999-bc8a-90a274b83b14", "id_campana": null, "id_afiliado": "afiliado-002", "referencia_pago": "revertido-1", "referencia_reverso": "trr_rxD20MAuLG8ssDBdDcV66v3H"}	{"causation_id": null, "correlation_id": "823a8986-6e58-47d7-a77d-bdc50e5efc48"}	2026-11-30 10:45:14.244043+00	2026-11-30 10:45:14.275206+00	\N	\N
19	01a22c0f-1378-7e4a-9ea6-f6758fa33343	Pago	01a22c0f-1350-7cf1-a088-2df95998ab7d	2	PagoEnProceso	{"monto": 54.00, "moneda": "EUR", "id_pago": "01a22c0f-1350-7cf1-a088-2df95998ab7d", "id_campana": null, "id_afiliado": "afiliado-003", "referencia_pago": "fallido-1"}	{"causation_id": "01a22c0f-1351-7692-b7c5-7959c87f7177", "correlation_id": "9cc0d904-33f7-4ad4-9d21-be792b3297b4"}	2026-11-30 10:45:15.255851+00	2026-11-30 10:45:15.282224+00	\N	\N
20	01a22c0f-137e-7a3b-9d12-4d4d25bac85c	Pago	01a22c0f-1350-7cf1-a088-2df95998ab7d	3	PagoFallido	{"monto": 54.00, "moneda": "EUR", "id_pago": "01a22c0f-1350-7cf1-a088-2df95998ab7d", "id_campana": null, "id_afiliado": "afiliado-003", "mensaje_error": "You have insufficient available funds in your Stripe account.", "referencia_pago": "fallido-1"}	{"causation_id": "01a22c0f-1351-7692-b7c5-7959c87f7177", "correlation_id": "9cc0d904-33f7-4ad4-9d21-be792b3297b4"}	2026-11-30 10:45:15.262113+00	2026-11-30 10:45:15.282287+00	\N	\N
22	01a22c0f-1c23-7e14-aaa7-8bd1c16194f1	Pago	01a22c0f-1bfd-73f1-ba6c-9731a9f67d31	2	PagoEnProceso	{"monto": 55.00, "moneda": "EUR", "id_pago": "01a22c0f-1bfd-73f1-ba6c-9731a9f67d31", "id_campana": null, "id_afiliado": "afiliado-003", "referencia_pago": "desconocido-1"}	{"causation_id": "01a22c0f-1bfe-7130-946f-9e1c0c120c0e", "correlation_id": "f0d3706d-beca-4eb4-8bbc-e83ac68e08b4"}	2026-11-30 10:45:17.474551+00	2026-11-30 10:45:17.494519+00	\N	\N
\.

COPY pagos.outbox_totals (only_row, published) FROM stdin;
t	22
\.

COPY pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, clave_idempotencia, id_campana, fecha_creacion, fecha_procesamiento, referencia_pasarela, mensaje_error, version, sin_respuesta, conciliar_desde) FROM stdin;
01a22c0e-f58f-77a2-bf9d-6458d803ac08	afiliado-001	7.00	USD	EXITOSO	test-ref-007	clave-7	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2026-11-30 10:45:07.59854+00	2026-11-30 10:45:08.778932+00	tr_3MRGjbNDhQQpRFMUUHVlwxAd	\N	3	0	\N
01a22c0e-f575-729e-b1a8-03396b7495cd	afiliado-001	100.50	COP	EXITOSO	test-ref-001	test-ref-001	\N	2026-11-30 10:45:07.484417+00	2026-11-30 10:45:08.930466+00	tr_I8fSBokSCsKQu0cLebqtkdS5	\N	3	0	\N
01a22c0e-fff0-7c6d-8040-61db511b46d1	afiliado-001	10.05	COP	EXITOSO	comision-01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	comision-01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2026-11-30 10:45:10.044836+00	2026-11-30 10:45:10.307251+00	tr_fsBNrFVLbdtLl8BzRTzyOpp8	\N	3	0	\N
01a22c0e-fff3-707a-a153-cd6325416bdb	afiliado-002	5.00	EUR	EXITOSO	comision-01a22c0e-fda9-7ff3-a129-5776fa3148c6	comision-01a22c0e-fda9-7ff3-a129-5776fa3148c6	\N	2026-11-30 10:45:10.259362+00	2026-11-30 10:45:10.307251+00	tr_23UR8IgrwtM467NAjllZF8ju	\N	3	0	\N
01a22c0e-f5b4-7999-bc8a-90a274b83b14	afiliado-002	20.00	EUR	REVERSADO	revertido-1	revertido-1	\N	2026-11-30 10:45:07.636452+00	2026-11-30 10:45:09.259484+00	tr_G3tFy2TsT1RTaYRZZTg6ervd	\N	5	0	\N
01a22c0f-1350-7cf1-a088-2df95998ab7d	afiliado-003	54.00	EUR	FALLIDO	fallido-1	fallido-1	\N	2026-11-30 10:45:15.216043+00	2026-11-30 10:45:15.262113+00	\N	You have insufficient available funds in your Stripe account.	3	0	\N
01a22c0f-1bfd-73f1-ba6c-9731a9f67d31	afiliado-003	55.00	EUR	PROCESANDO	desconocido-1	desconocido-1	\N	2026-11-30 10:45:17.436961+00	\N	\N	\N	2	0	2026-11-30 10:47:17.474551+00
01a22c0f-3e9d-7c39-b984-cb33b149161e	afiliado-003	56.00	EUR	PENDIENTE	en-espera-1	en-espera-1	\N	2026-11-30 10:45:26.301359+00	\N	\N	\N	1	0	\N
\.

COPY reportes.avance (fuente, tipo, ocurrido_en, proyectado_en) FROM stdin;
campanas	PresupuestoCambiado	2026-11-30 10:45:03.543017+00	2026-11-30 10:45:05.526888+00
seguimiento	ConversionRegistrada	2026-11-30 10:45:09.719978+00	2026-11-30 10:45:09.816622+00
pagos	PagoPendiente	2026-11-30 10:45:17.436961+00	2026-11-30 10:45:17.504078+00
\.

COPY reportes.campanas_1 (generacion, id, nombre, version) FROM stdin;
1	01a22c0e-e334-7852-abd9-d1e7a778ab7a	verano	3
1	01a22c0e-e43b-7d39-bf34-4e439fbd7d8e	otono	3
1	01a22c0e-e484-7736-8865-678f3904aa60	primavera	1
1	01a22c0e-e458-745e-a580-8f650ca01d28	invierno	3
\.

COPY reportes.generaciones (numero, estado, creada_en) FROM stdin;
1	vigente	2026-11-30 10:44:42.06315+00
\.

COPY reportes.pagos_1 (generacion, id, id_afiliado, id_campana, monto, moneda, estado, fecha, primera_version, ultima_version) FROM stdin;
1	01a22c0e-f58f-77a2-bf9d-6458d803ac08	afiliado-001	01a22c0e-e334-7852-abd9-d1e7a778ab7a	7.00	USD	COMPLETED	2026-11-30 10:45:07.59854+00	1	3
1	01a22c0e-f575-729e-b1a8-03396b7495cd	afiliado-001	\N	100.50	COP	COMPLETED	2026-11-30 10:45:07.484417+00	1	3
1	01a22c0e-fff3-707a-a153-cd6325416bdb	afiliado-002	\N	5.00	EUR	COMPLETED	2026-11-30 10:45:10.259362+00	1	3
1	01a22c0e-fff0-7c6d-8040-61db511b46d1	afiliado-001	01a22c0e-e334-7852-abd9-d1e7a778ab7a	10.05	COP	COMPLETED	2026-11-30 10:45:10.044836+00	1	3
1	01a22c0e-f5b4-7999-bc8a-90a274b83b14	afiliado-002	\N	20.00	EUR	REVERSED	2026-11-30 10:45:07.636452+00	1	5
1	01a22c0f-1350-7cf1-a088-2df95998ab7d	afiliado-003	\N	54.00	EUR	FAILED	2026-11-30 10:45:15.216043+00	1	3
1	01a22c0f-1bfd-73f1-ba6c-9731a9f67d31	afiliado-003	\N	55.00	EUR	PENDING	2026-11-30 10:45:17.436961+00	1	1
\.

COPY reportes.seguimiento_1 (generacion, id, tipo, id_afiliado, id_campana, fecha) FROM stdin;
1	01a22c0e-fcee-79f3-8b98-0ca619cc9cf4	CLICK	afiliado-001	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2026-11-30 10:45:09.486867+00
1	01a22c0e-fd35-70d9-9d2e-58d4c76373c4	IMPRESSION	afiliado-001	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2026-11-30 10:45:09.557274+00
1	01a22c0e-fd64-7410-80c5-7db3c47c77f2	PAGE_VIEW	afiliado-001	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2026-11-30 10:45:09.604939+00
1	01a22c0e-fd86-7bcc-b3b1-2beebc42d88e	CONVERSION	afiliado-001	01a22c0e-e334-7852-abd9-d1e7a778ab7a	2026-11-30 10:45:09.638954+00
1	01a22c0e-fda9-7ff3-a129-5776fa3148c6	CONVERSION	afiliado-002	\N	2026-11-30 10:45:09.673554+00
1	01a22c0e-fdd7-7634-b45e-384ecb27e48b	CONVERSION	afiliado-001	\N	2026-11-30 10:45:09.719978+00
\.

COPY reportes.totales_1 (generacion, ambito, nivel, desde, pendientes, completados, fallidos, revertidos, impresiones, clicks, conversiones, vistas, id_campana, id_afiliado, moneda, monto_pendiente, monto_completado, monto_fallido, monto_revertido) FROM stdin;
1	todo	dia	2026-11-30	0	1	0	0	0	0	0	0	\N		USD	0.00	7.00	0	0
1	todo	mes	2026-11-01	0	1	0	0	0	0	0	0	\N		USD	0.00	7.00	0	0
1	todo	anio	2026-01-01	0	1	0	0	0	0	0	0	\N		USD	0.00	7.00	0	0
1	campana	dia	2026-11-30	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a		USD	0.00	7.00	0	0
1	campana	mes	2026-11-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a		USD	0.00	7.00	0	0
1	campana	anio	2026-01-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a		USD	0.00	7.00	0	0
1	afiliado	dia	2026-11-30	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001	USD	0.00	7.00	0	0
1	afiliado	mes	2026-11-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001	USD	0.00	7.00	0	0
1	afiliado	anio	2026-01-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001	USD	0.00	7.00	0	0
1	campana	mes	2026-11-01	1	1	1	1	0	0	0	0	\N		EUR	55.00	5.00	54.00	20.00
1	campana	anio	2026-01-01	1	1	1	1	0	0	0	0	\N		EUR	55.00	5.00	54.00	20.00
1	campana	dia	2026-11-30	0	1	0	0	0	0	0	0	\N		COP	0.00	100.50	0	0
1	campana	mes	2026-11-01	0	1	0	0	0	0	0	0	\N		COP	0.00	100.50	0	0
1	campana	anio	2026-01-01	0	1	0	0	0	0	0	0	\N		COP	0.00	100.50	0	0
1	afiliado	dia	2026-11-30	0	1	0	0	0	0	0	0	\N	afiliado-001	COP	0.00	100.50	0	0
1	afiliado	mes	2026-11-01	0	1	0	0	0	0	0	0	\N	afiliado-001	COP	0.00	100.50	0	0
1	afiliado	anio	2026-01-01	0	1	0	0	0	0	0	0	\N	afiliado-001	COP	0.00	100.50	0	0
1	afiliado	dia	2026-11-30	0	1	0	1	0	0	0	0	\N	afiliado-002	EUR	0.00	5.00	0	20.00
1	afiliado	mes	2026-11-01	0	1	0	1	0	0	0	0	\N	afiliado-002	EUR	0.00	5.00	0	20.00
1	afiliado	anio	2026-01-01	0	1	0	1	0	0	0	0	\N	afiliado-002	EUR	0.00	5.00	0	20.00
1	todo	dia	2026-11-30	0	0	0	0	1	1	3	1	\N			0	0	0	0
1	todo	mes	2026-11-01	0	0	0	0	1	1	3	1	\N			0	0	0	0
1	todo	anio	2026-01-01	0	0	0	0	1	1	3	1	\N			0	0	0	0
1	todo	dia	2026-11-30	1	1	1	1	0	0	0	0	\N		EUR	55.00	5.00	54.00	20.00
1	todo	mes	2026-11-01	1	1	1	1	0	0	0	0	\N		EUR	55.00	5.00	54.00	20.00
1	todo	anio	2026-01-01	1	1	1	1	0	0	0	0	\N		EUR	55.00	5.00	54.00	20.00
1	campana	dia	2026-11-30	1	1	1	1	0	0	0	0	\N		EUR	55.00	5.00	54.00	20.00
1	campana	dia	2026-11-30	0	0	0	0	1	1	1	1	01a22c0e-e334-7852-abd9-d1e7a778ab7a			0	0	0	0
1	campana	mes	2026-11-01	0	0	0	0	1	1	1	1	01a22c0e-e334-7852-abd9-d1e7a778ab7a			0	0	0	0
1	campana	anio	2026-01-01	0	0	0	0	1	1	1	1	01a22c0e-e334-7852-abd9-d1e7a778ab7a			0	0	0	0
1	afiliado	dia	2026-11-30	0	0	0	0	1	1	1	1	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001		0	0	0	0
1	afiliado	mes	2026-11-01	0	0	0	0	1	1	1	1	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001		0	0	0	0
1	todo	dia	2026-11-30	0	2	0	0	0	0	0	0	\N		COP	0.00	110.55	0	0
1	todo	mes	2026-11-01	0	2	0	0	0	0	0	0	\N		COP	0.00	110.55	0	0
1	todo	anio	2026-01-01	0	2	0	0	0	0	0	0	\N		COP	0.00	110.55	0	0
1	afiliado	anio	2026-01-01	0	0	0	0	1	1	1	1	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001		0	0	0	0
1	afiliado	dia	2026-11-30	0	0	0	0	0	0	1	0	\N	afiliado-002		0	0	0	0
1	afiliado	mes	2026-11-01	0	0	0	0	0	0	1	0	\N	afiliado-002		0	0	0	0
1	afiliado	anio	2026-01-01	0	0	0	0	0	0	1	0	\N	afiliado-002		0	0	0	0
1	campana	dia	2026-11-30	0	0	0	0	0	0	2	0	\N			0	0	0	0
1	campana	mes	2026-11-01	0	0	0	0	0	0	2	0	\N			0	0	0	0
1	campana	anio	2026-01-01	0	0	0	0	0	0	2	0	\N			0	0	0	0
1	afiliado	dia	2026-11-30	0	0	0	0	0	0	1	0	\N	afiliado-001		0	0	0	0
1	afiliado	mes	2026-11-01	0	0	0	0	0	0	1	0	\N	afiliado-001		0	0	0	0
1	afiliado	anio	2026-01-01	0	0	0	0	0	0	1	0	\N	afiliado-001		0	0	0	0
1	campana	dia	2026-11-30	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a		COP	0	10.05	0	0
1	campana	mes	2026-11-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a		COP	0	10.05	0	0
1	campana	anio	2026-01-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a		COP	0	10.05	0	0
1	afiliado	dia	2026-11-30	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001	COP	0	10.05	0	0
1	afiliado	mes	2026-11-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001	COP	0	10.05	0	0
1	afiliado	anio	2026-01-01	0	1	0	0	0	0	0	0	01a22c0e-e334-7852-abd9-d1e7a778ab7a	afiliado-001	COP	0	10.05	0	0
1	afiliado	dia	2026-11-30	1	0	1	0	0	0	0	0	\N	afiliado-003	EUR	55.00	0	54.00	0
1	afiliado	mes	2026-11-01	1	0	1	0	0	0	0	0	\N	afiliado-003	EUR	55.00	0	54.00	0
1	afiliado	anio	2026-01-01	1	0	1	0	0	0	0	0	\N	afiliado-003	EUR	55.00	0	54.00	0
\.

COPY reportes.version_conocida (only_row, valor, desde) FROM stdin;
t	{"active":"v2","canary":null,"by":"127.0.0.1"}	2026-11-30 10:45:14.831+00
\.

SELECT pg_catalog.setval('campanas.outbox_position_seq', 10, true);

SELECT pg_catalog.setval('event_collector.outbox_position_seq', 7, true);

SELECT pg_catalog.setval('pagos.outbox_position_seq', 23, true);

