-- Portable between SQLite and PostgreSQL. Points in time: milliseconds since 1970 (UTC).

CREATE TABLE installation (
  singleton  INTEGER      NOT NULL PRIMARY KEY CHECK (singleton = 1),
  id         VARCHAR(36)  NOT NULL,
  epoch      BIGINT       NOT NULL,
  created_at BIGINT       NOT NULL
);

CREATE TABLE operator_token (
  id          VARCHAR(40)  NOT NULL PRIMARY KEY,
  name        VARCHAR(200) NOT NULL,
  secret_hash BYTEA        NOT NULL,
  created_at  BIGINT       NOT NULL,
  revoked_at  BIGINT
);

CREATE TABLE enrollment_token (
  id         VARCHAR(64)  NOT NULL PRIMARY KEY,
  auth_hash  BYTEA        NOT NULL,
  created_at BIGINT       NOT NULL,
  expires_at BIGINT       NOT NULL,
  uses       BIGINT       NOT NULL,
  used       BIGINT       NOT NULL,
  labels     TEXT         NOT NULL,
  host_name  VARCHAR(253) NOT NULL,
  revoked_at BIGINT,
  CHECK (used <= uses)
);

CREATE TABLE agent (
  id                     VARCHAR(36)  NOT NULL PRIMARY KEY,
  name                   VARCHAR(264) NOT NULL UNIQUE,
  host_name              VARCHAR(253) NOT NULL,
  os                     VARCHAR(200) NOT NULL,
  arch                   VARCHAR(200) NOT NULL,
  agent_version          VARCHAR(200) NOT NULL,
  time_zone              VARCHAR(200) NOT NULL,
  labels                 TEXT         NOT NULL,
  sealing_key            BYTEA        NOT NULL,
  binding                BYTEA        NOT NULL,
  token_id               VARCHAR(64)  NOT NULL REFERENCES enrollment_token (id),
  identity_key_hash      BYTEA        NOT NULL,
  certificate_expires_at BIGINT       NOT NULL,
  enrolled_at            BIGINT       NOT NULL,
  last_seen_at           BIGINT,
  revoked_at             BIGINT,
  policy                 BYTEA,
  received_seq           BIGINT       NOT NULL,
  sent_seq               BIGINT       NOT NULL
);

CREATE TABLE storage (
  id              VARCHAR(36)  NOT NULL PRIMARY KEY,
  name            VARCHAR(100) NOT NULL UNIQUE,
  location        TEXT         NOT NULL,
  password_file   TEXT         NOT NULL,
  sealed_password BYTEA        NOT NULL,
  sealed_for      VARCHAR(36)  NOT NULL,
  ssh_config_file TEXT         NOT NULL,
  ssh_options     TEXT         NOT NULL,
  host_keys       TEXT         NOT NULL,
  description     TEXT         NOT NULL,
  created_at      BIGINT       NOT NULL
);

CREATE TABLE run (
  id               VARCHAR(36)  NOT NULL PRIMARY KEY,
  agent_id         VARCHAR(36)  NOT NULL REFERENCES agent (id),
  storage_id       VARCHAR(36)  NOT NULL,
  storage_name     VARCHAR(100) NOT NULL,
  kind             VARCHAR(20)  NOT NULL,
  paths            TEXT         NOT NULL,
  task_order       BYTEA        NOT NULL,
  created_at       BIGINT       NOT NULL,
  state            VARCHAR(30)  NOT NULL,
  reason           TEXT         NOT NULL,
  cancel_requested INTEGER      NOT NULL,
  leased_at        BIGINT,
  started_at       BIGINT,
  finished_at      BIGINT,
  failure_code     VARCHAR(40)  NOT NULL,
  snapshot_id      VARCHAR(64)  NOT NULL,
  result           BYTEA,
  progress         BYTEA,
  progress_at      BIGINT
);
CREATE INDEX run_by_agent ON run (agent_id, state);
CREATE INDEX run_by_state ON run (state);
CREATE INDEX run_by_time ON run (created_at);
CREATE INDEX run_by_snapshot ON run (snapshot_id);

CREATE TABLE run_event (
  run_id  VARCHAR(36) NOT NULL REFERENCES run (id),
  ordinal INTEGER     NOT NULL,
  at      BIGINT      NOT NULL,
  state   VARCHAR(30) NOT NULL,
  text    TEXT        NOT NULL,
  PRIMARY KEY (run_id, ordinal)
);
