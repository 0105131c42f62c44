import type { Database, Queryable } from './database.ts';
import { OWN_SCHEMA, QUEUE_SCHEMA } from './database.ts';
import { ConfigError } from '../core/errors.ts';

/** Serialises processes that start at the same time. The number spells "SLUI". */
const MIGRATION_LOCK = 0x534c5549;

/** Each entry is applied once, in order, in one transaction with its mark. Never edit one that was released. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE setting (name text PRIMARY KEY, value text NOT NULL);
  INSERT INTO setting VALUES ('revision', '0');

  CREATE TABLE access_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL, role text NOT NULL, hash text NOT NULL UNIQUE, created_at bigint NOT NULL);

  CREATE TABLE document (
    kind text NOT NULL, identifier text NOT NULL, body text NOT NULL, updated_at bigint NOT NULL,
    PRIMARY KEY (kind, identifier));

  CREATE TABLE worker (
    id text PRIMARY KEY, role text NOT NULL, started_at bigint NOT NULL, lease_until bigint NOT NULL);

  CREATE TABLE client_state (
    client text PRIMARY KEY, paused_until bigint NOT NULL DEFAULT 0, token_key text, token text,
    token_expires_at bigint, renewing_until bigint NOT NULL DEFAULT 0);

  CREATE TABLE call_window (
    client text NOT NULL, per_ms bigint NOT NULL, slots bigint[] NOT NULL, PRIMARY KEY (client, per_ms));

  CREATE TABLE schedule (incoming text PRIMARY KEY, spec text NOT NULL, next_at bigint NOT NULL);

  CREATE TABLE run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incoming text NOT NULL, mode text NOT NULL, cause text NOT NULL, status text NOT NULL,
    announced bigint, received bigint NOT NULL DEFAULT 0, fresh bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0, repeated bigint NOT NULL DEFAULT 0, pages bigint NOT NULL DEFAULT 0,
    progress text, error text, worker text, claimed_at bigint NOT NULL DEFAULT 0, losses int NOT NULL DEFAULT 0, cancelled boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL, finished_at bigint);
  CREATE UNIQUE INDEX run_one_at_a_time ON run (incoming) WHERE status = 'running';
  CREATE INDEX run_incoming ON run (incoming, id);

  CREATE TABLE checkpoint (incoming text PRIMARY KEY, cursor text NOT NULL, updated_at bigint NOT NULL);
  CREATE SEQUENCE pass_id;
  CREATE TABLE seen (
    incoming text NOT NULL, key text NOT NULL, hash text NOT NULL, pass bigint NOT NULL, PRIMARY KEY (incoming, key));

  CREATE TABLE claim (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker text NOT NULL, route text NOT NULL, created_at bigint NOT NULL, sending_at bigint, last_sending_at bigint);
  CREATE INDEX claim_worker ON claim (worker);

  CREATE TABLE task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    route text NOT NULL, incoming text NOT NULL, run bigint NOT NULL, key text NOT NULL, state text NOT NULL,
    attempts int NOT NULL DEFAULT 0, losses int NOT NULL DEFAULT 0, uncertain_since bigint,
    payload text, stage text NOT NULL DEFAULT 'ready', error text, target_id text, exchange bigint, exchange_index int, claim bigint,
    next_at bigint NOT NULL DEFAULT 0, created_at bigint NOT NULL, updated_at bigint NOT NULL);
  CREATE INDEX task_open ON task (route, id) WHERE state IN ('new', 'retrying', 'processing');
  CREATE INDEX task_suspect ON task (route, id) WHERE losses >= 3 AND state IN ('new', 'retrying');
  CREATE INDEX task_key ON task (key, route, id);
  CREATE INDEX task_run ON task (run);
  CREATE INDEX task_attention ON task (state, id) WHERE state IN ('failed', 'waiting', 'retrying');
  CREATE INDEX task_claim ON task (claim) WHERE claim IS NOT NULL;

  CREATE TABLE attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task bigint NOT NULL, at bigint NOT NULL, error text NOT NULL, exchange bigint);
  CREATE INDEX attempt_task ON attempt (task);

  CREATE TABLE exchange (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client text NOT NULL, at bigint NOT NULL, method text NOT NULL, url text NOT NULL, status int,
    duration_ms bigint NOT NULL, request text, answer text, error text);
  CREATE INDEX exchange_at ON exchange (at);

  CREATE TABLE link (
    outgoing text NOT NULL, key text NOT NULL, target_id text NOT NULL, updated_at bigint NOT NULL,
    PRIMARY KEY (outgoing, key));

  CREATE TABLE match_entry (
    client text NOT NULL, entity text NOT NULL, fields text NOT NULL, value text NOT NULL, target_id text NOT NULL,
    PRIMARY KEY (value, client, entity, fields, target_id));
  CREATE INDEX match_target ON match_entry (target_id, client, entity);
  CREATE TABLE match_scan (
    client text NOT NULL, entity text NOT NULL, fields text NOT NULL, scanned_at bigint NOT NULL, refreshed_at bigint NOT NULL,
    PRIMARY KEY (client, entity, fields));

  CREATE TABLE storage_entry (
    storage text NOT NULL, key text NOT NULL, value text NOT NULL, updated_at bigint NOT NULL,
    PRIMARY KEY (storage, key));

  CREATE FUNCTION count_calls(p_slots bigint[], p_first bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(sum(p_slots[i + 1]), 0)::bigint FROM generate_series(1, cardinality(p_slots), 2) i WHERE p_slots[i] >= p_first
  $$;

  -- A window is cut into 60 slots; a slot is counted until it has left the window as a whole, so that no window of that
  -- length, wherever it starts, holds more calls than allowed. Slots are pairs: number of the slot, calls in it.
  CREATE FUNCTION take_call(p_client text, p_per_ms bigint[], p_requests bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    v_now bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    v_paused bigint;
    v_width bigint;
    v_first bigint;
    v_slots bigint[];
    v_wait bigint := 0;
    w int;
  BEGIN
    SELECT paused_until INTO v_paused FROM client_state WHERE client = p_client;
    IF v_paused > v_now THEN
      RETURN v_paused - v_now;
    END IF;
    FOR w IN 1 .. cardinality(p_per_ms) LOOP
      INSERT INTO call_window VALUES (p_client, p_per_ms[w], '{}') ON CONFLICT DO NOTHING;
      SELECT slots INTO v_slots FROM call_window WHERE client = p_client AND per_ms = p_per_ms[w] FOR UPDATE;
      v_width := greatest(1, p_per_ms[w] / 60);
      v_first := v_now / v_width - ceil(p_per_ms[w]::numeric / v_width);
      WHILE cardinality(v_slots) > 0 AND v_slots[1] < v_first LOOP
        v_slots := v_slots[3:];
      END LOOP;
      IF count_calls(v_slots, v_first) >= p_requests[w] THEN
        v_wait := greatest(v_wait, 1, (v_slots[1] + ceil(p_per_ms[w]::numeric / v_width) + 1)::bigint * v_width - v_now);
      END IF;
    END LOOP;
    IF v_wait > 0 THEN
      RETURN v_wait;
    END IF;
    FOR w IN 1 .. cardinality(p_per_ms) LOOP
      SELECT slots INTO v_slots FROM call_window WHERE client = p_client AND per_ms = p_per_ms[w];
      v_width := greatest(1, p_per_ms[w] / 60);
      v_first := v_now / v_width - ceil(p_per_ms[w]::numeric / v_width);
      WHILE cardinality(v_slots) > 0 AND v_slots[1] < v_first LOOP
        v_slots := v_slots[3:];
      END LOOP;
      IF cardinality(v_slots) > 0 AND v_slots[cardinality(v_slots) - 1] = v_now / v_width THEN
        v_slots[cardinality(v_slots)] := v_slots[cardinality(v_slots)] + 1;
      ELSE
        v_slots := v_slots || (v_now / v_width) || 1::bigint;
      END IF;
      UPDATE call_window SET slots = v_slots WHERE client = p_client AND per_ms = p_per_ms[w];
    END LOOP;
    RETURN 0;
  END $$;
  `,
  `
  -- Like take_call, over windows of several scopes: the client's own ('') and those of budgets with a name. A call may
  -- count for several; more than a window holds waits until it is empty.
  ALTER TABLE call_window ADD COLUMN scope text NOT NULL DEFAULT '';
  ALTER TABLE call_window DROP CONSTRAINT call_window_pkey, ADD PRIMARY KEY (client, scope, per_ms);
  CREATE FUNCTION take_calls(p_client text, p_scopes text[], p_per_ms bigint[], p_requests bigint[], p_calls bigint) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    v_now bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    v_paused bigint;
    v_width bigint;
    v_first bigint;
    v_slots bigint[];
    v_wait bigint := 0;
    w int;
  BEGIN
    SELECT paused_until INTO v_paused FROM client_state WHERE client = p_client;
    IF v_paused > v_now THEN
      RETURN v_paused - v_now;
    END IF;
    FOR w IN 1 .. cardinality(p_per_ms) LOOP
      INSERT INTO call_window (client, scope, per_ms, slots) VALUES (p_client, p_scopes[w], p_per_ms[w], '{}') ON CONFLICT DO NOTHING;
      SELECT slots INTO v_slots FROM call_window WHERE client = p_client AND scope = p_scopes[w] AND per_ms = p_per_ms[w] FOR UPDATE;
      v_width := greatest(1, p_per_ms[w] / 60);
      v_first := v_now / v_width - ceil(p_per_ms[w]::numeric / v_width);
      WHILE cardinality(v_slots) > 0 AND v_slots[1] < v_first LOOP
        v_slots := v_slots[3:];
      END LOOP;
      IF cardinality(v_slots) > 0 AND count_calls(v_slots, v_first) + p_calls > p_requests[w] THEN
        v_wait := greatest(v_wait, 1, (v_slots[1] + ceil(p_per_ms[w]::numeric / v_width) + 1)::bigint * v_width - v_now);
      END IF;
    END LOOP;
    IF v_wait > 0 THEN
      RETURN v_wait;
    END IF;
    FOR w IN 1 .. cardinality(p_per_ms) LOOP
      SELECT slots INTO v_slots FROM call_window WHERE client = p_client AND scope = p_scopes[w] AND per_ms = p_per_ms[w];
      v_width := greatest(1, p_per_ms[w] / 60);
      v_first := v_now / v_width - ceil(p_per_ms[w]::numeric / v_width);
      WHILE cardinality(v_slots) > 0 AND v_slots[1] < v_first LOOP
        v_slots := v_slots[3:];
      END LOOP;
      IF cardinality(v_slots) > 0 AND v_slots[cardinality(v_slots) - 1] = v_now / v_width THEN
        v_slots[cardinality(v_slots)] := v_slots[cardinality(v_slots)] + p_calls;
      ELSE
        v_slots := v_slots || (v_now / v_width) || p_calls;
      END IF;
      UPDATE call_window SET slots = v_slots WHERE client = p_client AND scope = p_scopes[w] AND per_ms = p_per_ms[w];
    END LOOP;
    RETURN 0;
  END $$;

  -- Workers of the version before go on calling it while they are replaced.
  CREATE OR REPLACE FUNCTION take_call(p_client text, p_per_ms bigint[], p_requests bigint[]) RETURNS bigint LANGUAGE sql AS $$
    SELECT take_calls(p_client, array_fill(''::text, ARRAY[coalesce(cardinality(p_per_ms), 0)]), p_per_ms, p_requests, 1)
  $$;

  -- Answers of further calls for rows, kept while the row says that they are still true.
  CREATE TABLE detail (
    client text NOT NULL, operation text NOT NULL, key text NOT NULL, version text NOT NULL, body text NOT NULL,
    used_at bigint NOT NULL, PRIMARY KEY (client, operation, key));
  CREATE INDEX detail_used ON detail (used_at);
  `,
  `
  -- Sign-ins by a person that have begun: verifier and redirect address sealed, the state only as its hash.
  CREATE TABLE sign_in (
    id text PRIMARY KEY, state_hash text NOT NULL UNIQUE, client text NOT NULL, status text NOT NULL DEFAULT 'open',
    secret text, message text, expires_at bigint NOT NULL);
  CREATE INDEX sign_in_expires ON sign_in (expires_at);
  `,
  `
  -- Records of a page's tasks as one JSON list; each task says which item is its own. What was written before, or by
  -- hand, stands in the task itself.
  CREATE TABLE page_body (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run bigint NOT NULL, created_at bigint NOT NULL, body text NOT NULL);
  ALTER TABLE task ADD COLUMN page bigint, ADD COLUMN item int;
  -- Tasks of a run, and those of one of its pages.
  DROP INDEX task_run;
  CREATE INDEX task_run ON task (run, page);
  -- Fast compression where the server was built with it.
  DO $$ BEGIN
    ALTER TABLE page_body ALTER COLUMN body SET COMPRESSION lz4;
  EXCEPTION WHEN feature_not_supported THEN NULL;
  END $$;
  `,
  `
  -- Places for calls at the same time, lent to processes; what a process that is gone held comes back by itself.
  CREATE TABLE call_slot (
    client text NOT NULL, scope text NOT NULL, holder text NOT NULL, granted bigint NOT NULL, wanted bigint NOT NULL,
    until_at bigint NOT NULL, PRIMARY KEY (client, scope, holder));

  -- Divides the places among those who want some, the small wishes first; of what cannot be divided each has its turn,
  -- drawn anew every two seconds. Nobody gets what another still holds.
  CREATE FUNCTION lease_slots(p_client text, p_scope text, p_holder text, p_limit bigint, p_wanted bigint, p_busy bigint, p_lease_ms bigint)
  RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    v_now bigint;
    v_others bigint;
    v_left bigint := p_limit;
    v_count bigint;
    v_share bigint;
    v_own bigint := 0;
    v_row record;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_client || '/' || p_scope, 1936483699));
    v_now := floor(extract(epoch FROM clock_timestamp()) * 1000);
    DELETE FROM call_slot WHERE client = p_client AND scope = p_scope
      AND (until_at < v_now OR holder = p_holder AND p_wanted = 0 AND p_busy = 0);
    IF p_wanted = 0 AND p_busy = 0 THEN
      RETURN 0;
    END IF;
    INSERT INTO call_slot VALUES (p_client, p_scope, p_holder, 0, p_wanted, v_now + p_lease_ms)
      ON CONFLICT (client, scope, holder) DO UPDATE SET wanted = excluded.wanted, until_at = excluded.until_at;
    SELECT count(*), coalesce(sum(granted) FILTER (WHERE holder <> p_holder), 0) INTO v_count, v_others
      FROM call_slot WHERE client = p_client AND scope = p_scope;
    FOR v_row IN SELECT holder, wanted FROM call_slot WHERE client = p_client AND scope = p_scope
      ORDER BY wanted, hashtext(holder || v_now / 2000)
    LOOP
      v_share := least(v_row.wanted, v_left / v_count);
      IF v_row.holder = p_holder THEN
        v_own := v_share;
      END IF;
      v_left := v_left - v_share;
      v_count := v_count - 1;
    END LOOP;
    v_own := greatest(p_busy, least(v_own, p_limit - v_others));
    UPDATE call_slot SET granted = v_own WHERE client = p_client AND scope = p_scope AND holder = p_holder;
    RETURN v_own;
  END $$;

  -- What is wrong with a client or with this installation as a whole, from the first sign until it is over. One is open
  -- for a subject at a time: whoever writes it tells of it, and whoever ends it tells that it is over.
  CREATE TABLE incident (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL, state text NOT NULL, code text NOT NULL, message text NOT NULL, started_at bigint NOT NULL,
    ended_at bigint, note text, probes int NOT NULL DEFAULT 0, checked_at bigint NOT NULL, next_probe_at bigint NOT NULL);
  CREATE UNIQUE INDEX incident_open ON incident (subject) WHERE ended_at IS NULL;
  CREATE INDEX incident_subject ON incident (subject, id);

  -- The last calls of each client, redacted and cut.
  CREATE TABLE recent_call (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client text NOT NULL, at bigint NOT NULL, body text NOT NULL);
  CREATE INDEX recent_call_client ON recent_call (client, id);

  -- Why ticks of a schedule are passed over at the moment.
  ALTER TABLE schedule ADD COLUMN skipped_at bigint, ADD COLUMN skip_reason text;
  `,
  `
  -- Records as they were last seen, where an incoming looks for deletions; and how many a run found.
  ALTER TABLE seen ADD COLUMN body text;
  ALTER TABLE run ADD COLUMN deleted bigint NOT NULL DEFAULT 0;
  `,
  `
  -- Keys are found by how they begin, whatever the language of the server.
  ALTER TABLE task ALTER COLUMN key TYPE text COLLATE "C",
    ADD COLUMN cause text, ADD COLUMN search text[], ADD COLUMN original text, ADD COLUMN edited_at bigint,
    ADD COLUMN started_at bigint, ADD COLUMN delivery text;
  CREATE INDEX task_cause ON task (cause, id) INCLUDE (route, updated_at) WHERE cause IS NOT NULL;
  CREATE INDEX task_unsorted ON task (id) WHERE cause IS NULL AND state IN ('failed', 'waiting');
  CREATE INDEX task_stuck ON task (key, route, id) WHERE state IN ('failed', 'waiting');
  CREATE INDEX task_stops ON task (route, id) WHERE state IN ('failed', 'waiting');
  CREATE INDEX task_search ON task USING gin (search) WHERE search IS NOT NULL;

  -- Causes of failures; how many tasks each has is counted by the index over them.
  CREATE TABLE error_group (
    id text PRIMARY KEY, class text NOT NULL, code text NOT NULL, message text NOT NULL, route text, target text,
    state text NOT NULL DEFAULT 'open', state_at bigint NOT NULL DEFAULT 0, actor text, reason text,
    first_at bigint NOT NULL);

  -- What a person asked for many tasks; done in batches, each in one transaction with its place.
  CREATE TABLE bulk_action (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL, action text NOT NULL, filter text NOT NULL, edits text, actor text NOT NULL, status text NOT NULL,
    matched bigint NOT NULL, up_to bigint NOT NULL, place bigint NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0, changed bigint NOT NULL DEFAULT 0, refused bigint NOT NULL DEFAULT 0,
    error text, created_at bigint NOT NULL, updated_at bigint NOT NULL);
  CREATE INDEX bulk_action_running ON bulk_action (id) WHERE status = 'running';

  -- Deliveries of webhooks that count as known for a while, and the last ones for people to look at.
  CREATE TABLE delivery_mark (
    incoming text NOT NULL, mark text NOT NULL, until bigint NOT NULL, PRIMARY KEY (incoming, mark));
  CREATE INDEX delivery_mark_until ON delivery_mark (until);
  CREATE TABLE delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incoming text NOT NULL, at bigint NOT NULL, status int NOT NULL, body text NOT NULL);
  CREATE INDEX delivery_incoming ON delivery (incoming, id);
  `,
  `
  -- What steps keep: entries that expire, and values that value maps do not have.
  ALTER TABLE storage_entry ADD COLUMN expires_at bigint;
  CREATE INDEX storage_entry_expires ON storage_entry (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE unmatched_value (
    value_map text NOT NULL, value text NOT NULL, count bigint NOT NULL, sample text NOT NULL,
    first_at bigint NOT NULL, last_at bigint NOT NULL, PRIMARY KEY (value_map, value));
  `,
  `
  -- People who sign in, and their sessions. Of what a browser holds only a hash is kept.
  CREATE TABLE app_user (
    id text PRIMARY KEY, name text NOT NULL UNIQUE, role text NOT NULL, is_disabled boolean NOT NULL DEFAULT false,
    password text, issuer text, subject text, created_at bigint NOT NULL, password_changed_at bigint,
    signed_in_at bigint);
  CREATE UNIQUE INDEX app_user_elsewhere ON app_user (issuer, subject) WHERE issuer IS NOT NULL;
  CREATE TABLE session (
    id text PRIMARY KEY, hash text NOT NULL UNIQUE, user_id text NOT NULL REFERENCES app_user ON DELETE CASCADE,
    created_at bigint NOT NULL, used_at bigint NOT NULL, expires_at bigint NOT NULL, address text NOT NULL,
    agent text NOT NULL);
  CREATE INDEX session_owner ON session (user_id);
  CREATE INDEX session_expires ON session (expires_at);
  CREATE TABLE sign_in_failure (
    subject text PRIMARY KEY, failures bigint NOT NULL, until_at bigint NOT NULL, updated_at bigint NOT NULL);
  CREATE INDEX sign_in_failure_updated ON sign_in_failure (updated_at);

  ALTER TABLE access_token ADD COLUMN scopes text, ADD COLUMN created_by text, ADD COLUMN expires_at bigint,
    ADD COLUMN used_at bigint;

  -- What was done by whom. Numbers have no gaps, and each entry's hash covers the one before.
  CREATE TABLE audit (
    id bigint PRIMARY KEY, at bigint NOT NULL, actor text NOT NULL, address text, action text NOT NULL,
    subject text NOT NULL, reason text, before text, after text, hash text NOT NULL);
  CREATE INDEX audit_at ON audit (at);
  CREATE INDEX audit_subject ON audit (subject text_pattern_ops, id);
  CREATE INDEX audit_actor ON audit (actor, id);
  `,
  `
  -- Every save of a document is a version; the numbers go on when it is deleted and made again.
  ALTER TABLE document ADD COLUMN version bigint NOT NULL DEFAULT 1;
  CREATE TABLE document_version (
    kind text NOT NULL, identifier text NOT NULL, version bigint NOT NULL, action text NOT NULL, body text,
    author text NOT NULL, reason text, at bigint NOT NULL, PRIMARY KEY (kind, identifier, version));
  INSERT INTO document_version SELECT kind, identifier, 1, 'create', body, '(unknown)', NULL, updated_at FROM document;

  -- What somebody works on and nobody runs; sealed as a whole.
  CREATE TABLE document_draft (
    kind text NOT NULL, identifier text NOT NULL, body text NOT NULL, author text NOT NULL, base bigint NOT NULL,
    updated_at bigint NOT NULL, PRIMARY KEY (kind, identifier));
  `,
  `
  -- Tasks of a batch that was handed over with its page: they stand in the claim, and become rows when they are settled,
  -- or when somebody has to see them.
  ALTER TABLE claim ADD COLUMN incoming text, ADD COLUMN run bigint, ADD COLUMN page bigint, ADD COLUMN tasks bigint[],
    ADD COLUMN keys text[] COLLATE "C", ADD COLUMN items int[], ADD COLUMN search text[];
  -- Kept in the row, which lives for a moment.
  ALTER TABLE claim SET (toast_tuple_target = 8160);
  `,
  `
  -- Files that incomings read: uploaded, or taken over from a folder or an address. What is in them stands on disk, under
  -- "place", until some time after they were read; the row stays so that the same file is not read again.
  CREATE TABLE file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incoming text NOT NULL, source text NOT NULL, name text NOT NULL, bytes bigint NOT NULL, hash text NOT NULL,
    modified_at bigint, etag text, last_modified text, place text, state text NOT NULL DEFAULT 'new', error text,
    rows bigint, created_at bigint NOT NULL, read_at bigint);
  CREATE INDEX file_incoming ON file (incoming, id);
  CREATE INDEX file_waiting ON file (incoming, id) WHERE state <> 'read';
  CREATE INDEX file_name ON file (incoming, source, name, id);
  CREATE INDEX file_place ON file (place) WHERE place IS NOT NULL;
  `,
  // Whom a record of the target belongs to.
  'CREATE INDEX link_target ON link (outgoing, target_id)',
  `
  -- What documents read by "\${NAME}" where the environment has no such variable; "value" is sealed.
  CREATE TABLE variable (
    name text PRIMARY KEY, value text NOT NULL, is_secret boolean NOT NULL, author text NOT NULL,
    updated_at bigint NOT NULL);
  `,
  `
  -- What notifications tell: each thing once, under its key, and the messages that told them.
  CREATE TABLE notification_state (
    notification text PRIMARY KEY, first_at bigint NOT NULL, since_at bigint NOT NULL, held_until bigint NOT NULL DEFAULT 0,
    sent_at bigint NOT NULL DEFAULT 0, next_at bigint NOT NULL DEFAULT 0, tries int NOT NULL DEFAULT 0);
  CREATE TABLE notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notification text NOT NULL, key text NOT NULL COLLATE "C", at bigint NOT NULL, body text NOT NULL, told_at bigint);
  CREATE UNIQUE INDEX notice_key ON notice (notification, key);
  CREATE INDEX notice_waiting ON notice (notification, id) WHERE told_at IS NULL;
  CREATE INDEX notice_told ON notice (at);
  CREATE TABLE notification_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notification text NOT NULL, at bigint NOT NULL, status text NOT NULL, count int NOT NULL, http_status int,
    duration_ms bigint NOT NULL, title text NOT NULL, error text);
  CREATE INDEX notification_message_own ON notification_message (notification, id);
  -- What happens rarely, by when it happened.
  CREATE INDEX run_failed ON run (finished_at) WHERE status = 'failed';
  CREATE INDEX incident_ended ON incident (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX error_group_first ON error_group (first_at);
  CREATE INDEX task_failed ON task (updated_at) WHERE state = 'failed';
  `,
  `
  -- Bodies of calls are the largest texts that are written; fast compression where the server was built with it.
  DO $$ BEGIN
    ALTER TABLE exchange ALTER COLUMN request SET COMPRESSION lz4, ALTER COLUMN answer SET COMPRESSION lz4;
    ALTER TABLE recent_call ALTER COLUMN body SET COMPRESSION lz4;
  EXCEPTION WHEN feature_not_supported THEN NULL;
  END $$;
  `,
  // Kept by client and its system from now on; it is read anew.
  'TRUNCATE match_entry, match_scan',
];

/**
 * Brings our tables up to this version. Safe to run from several processes at once and after a crash at any point.
 *
 * @throws ConfigError when a newer version of Sluice has been at this database.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.query(`CREATE SCHEMA IF NOT EXISTS ${OWN_SCHEMA}`);
    await tx.query(`CREATE SCHEMA IF NOT EXISTS ${QUEUE_SCHEMA}`);
    const done = await appliedMigrations(tx);
    if (done > MIGRATIONS.length) {
      throw new ConfigError(
        'ERR_DATABASE_NEWER',
        `The database is at version ${done}, this Sluice knows ${MIGRATIONS.length}; start the newer Sluice again`,
      );
    }
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < done) continue;
      await tx.query(sql);
      await tx.query('INSERT INTO applied_migration VALUES ($1, $2)', [index + 1, Date.now()]);
    }
  });
}

async function appliedMigrations(tx: Queryable): Promise<number> {
  await tx.query('CREATE TABLE IF NOT EXISTS applied_migration (version int PRIMARY KEY, at bigint NOT NULL)');
  const { rows } = await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM applied_migration');
  return rows[0]?.count ?? 0;
}

/** At which version a database is, and which this Sluice knows; 0 for one that was never used. Changes nothing. */
export async function schemaVersion(
  database: Queryable,
): Promise<{ readonly applied: number; readonly known: number }> {
  const table = `${OWN_SCHEMA}.applied_migration`;
  const { rows } = await database.query<{ found: string | null }>('SELECT to_regclass($1)::text AS found', [table]);
  if (!rows[0]?.found) return { applied: 0, known: MIGRATIONS.length };
  const counted = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return { applied: counted.rows[0]?.count ?? 0, known: MIGRATIONS.length };
}
