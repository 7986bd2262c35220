drop schema event_collector cascade;
