/** The tables of the schema `qernel`, as one change after another; README.md says what they hold. @module */

/** Changes in their order: a database that has had the first n of them is of version n. Never edited, only added to. */
export const migrations: readonly string[] = [
  `
  create table qernel.sweep (
    id uuid primary key,
    name text not null,
    experiment json not null,
    created timestamptz not null default now(),
    lease integer not null,
    priority integer not null,
    results bigint not null default 0
  );

  create table qernel.configuration (
    id bigint generated always as identity primary key,
    sweep uuid not null references qernel.sweep on delete cascade,
    slug text not null,
    name text not null,
    "values" jsonb not null,
    threshold double precision,
    config json not null,
    unique (sweep, slug)
  );

  create table qernel.job (
    id uuid primary key,
    sweep uuid not null references qernel.sweep on delete cascade,
    state text not null default 'waiting' check (state in ('waiting', 'active', 'done', 'aside')),
    ticket uuid not null,
    token bigint not null default 0,
    failures integer not null default 0,
    reason text,
    worker text,
    started timestamptz,
    touched timestamptz,
    finished timestamptz,
    step bigint not null default 0,
    share real not null default 0
  );
  create index job_by_state on qernel.job (sweep, state);
  create index job_at_hand on qernel.job (state, touched) where state in ('waiting', 'active');

  create table qernel.run (
    id bigint generated always as identity primary key,
    job uuid not null references qernel.job on delete cascade,
    sweep uuid not null references qernel.sweep on delete cascade,
    configuration bigint not null references qernel.configuration on delete cascade,
    seed bigint not null,
    result bigint,
    summary jsonb,
    failure jsonb,
    host jsonb,
    finished timestamptz,
    unique (configuration, seed)
  );
  create index run_by_job on qernel.run (job);
  create unique index run_by_result on qernel.run (sweep, result) where result is not null;

  create table qernel.curve (
    run bigint not null references qernel.run on delete cascade,
    line integer not null,
    step bigint not null,
    "values" jsonb not null,
    primary key (run, line)
  );

  create table qernel.file (
    run bigint not null references qernel.run on delete cascade,
    path text not null,
    bytes bytea not null,
    primary key (run, path)
  );
  alter table qernel.file alter column bytes set storage external;
  `,
  `
  alter table qernel.job add column kept timestamptz;
  `,
  `
  alter table qernel.file alter column bytes drop not null;
  alter table qernel.file add column place text;
  alter table qernel.file add check ((bytes is null) <> (place is null));
  `,
  `
  alter table qernel.sweep add column rungs bigint[];
  alter table qernel.configuration add column population integer, add column together integer;
  alter table qernel.run add column rung integer not null default 0, add column value double precision;
  alter table qernel.run drop constraint run_configuration_seed_key;
  alter table qernel.run add unique (configuration, seed, rung);
  `,
];
