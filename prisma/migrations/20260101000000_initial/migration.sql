CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE "datasets" (
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "image_count" INTEGER NOT NULL,
    "image_width" INTEGER,
    "image_height" INTEGER,
    "label_name" TEXT NOT NULL,
    "failures" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "datasets_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "datasets_position_key" ON "datasets"("position");
CREATE UNIQUE INDEX "datasets_name_fingerprint_key" ON "datasets"("name", "fingerprint");

CREATE TABLE "labels" (
    "dataset_id" TEXT NOT NULL,
    "code" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "labels_pkey" PRIMARY KEY ("dataset_id", "code"),
    CONSTRAINT "labels_dataset_id_fkey" FOREIGN KEY ("dataset_id")
        REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "images" (
    "dataset_id" TEXT NOT NULL,
    "image_index" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "label_code" INTEGER,
    CONSTRAINT "images_pkey" PRIMARY KEY ("dataset_id", "image_index"),
    CONSTRAINT "images_dataset_id_fkey" FOREIGN KEY ("dataset_id")
        REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "images_dataset_id_label_code_fkey" FOREIGN KEY ("dataset_id", "label_code")
        REFERENCES "labels"("dataset_id", "code") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "images_dataset_id_label_code_idx" ON "images"("dataset_id", "label_code");

CREATE TABLE "image_columns" (
    "dataset_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "names" TEXT[],
    "codes" BYTEA NOT NULL,
    CONSTRAINT "image_columns_pkey" PRIMARY KEY ("dataset_id", "position"),
    CONSTRAINT "image_columns_dataset_id_fkey" FOREIGN KEY ("dataset_id")
        REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "embedding_sets" (
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "dataset_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "model_name" TEXT NOT NULL,
    "model_checksum" TEXT NOT NULL,
    "trained" BOOLEAN NOT NULL,
    "pooling" TEXT NOT NULL,
    "resolution" INTEGER NOT NULL,
    "normalize" BOOLEAN NOT NULL,
    "engine" TEXT NOT NULL,
    "dimension" INTEGER NOT NULL,
    "stored_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "embedding_sets_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "embedding_sets_dataset_id_fkey" FOREIGN KEY ("dataset_id")
        REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "embedding_sets_position_key" ON "embedding_sets"("position");
CREATE UNIQUE INDEX "embedding_sets_identity_key"
    ON "embedding_sets"("dataset_id", "model_checksum", "pooling", "resolution", "normalize");

-- pgvector stores the vector type EXTERNAL (out of line, uncompressed) by its own default.
CREATE TABLE "embeddings" (
    "embedding_set_id" TEXT NOT NULL,
    "image_index" INTEGER NOT NULL,
    "vector" vector NOT NULL,
    CONSTRAINT "embeddings_pkey" PRIMARY KEY ("embedding_set_id", "image_index"),
    CONSTRAINT "embeddings_embedding_set_id_fkey" FOREIGN KEY ("embedding_set_id")
        REFERENCES "embedding_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "runs" (
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "notes" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" TEXT NOT NULL,
    "dataset_name" TEXT,
    "model_name" TEXT,
    "image_limit" INTEGER,
    "pooling" TEXT NOT NULL,
    "resolution" INTEGER,
    "parameters" JSONB NOT NULL,
    "embedding_set_id" TEXT,
    "point_count" INTEGER NOT NULL DEFAULT 0,
    "stage" JSONB NOT NULL,
    "iteration" INTEGER NOT NULL DEFAULT 0,
    "quality" JSONB,
    "failure" JSONB,
    "provenance" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    CONSTRAINT "runs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "runs_embedding_set_id_fkey" FOREIGN KEY ("embedding_set_id")
        REFERENCES "embedding_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "runs_position_key" ON "runs"("position");
CREATE INDEX "runs_status_idx" ON "runs"("status");
CREATE INDEX "runs_embedding_set_id_idx" ON "runs"("embedding_set_id");

CREATE TABLE "keyframes" (
    "run_id" TEXT NOT NULL,
    "iteration" INTEGER NOT NULL,
    "coordinates" BYTEA NOT NULL,
    CONSTRAINT "keyframes_pkey" PRIMARY KEY ("run_id", "iteration"),
    CONSTRAINT "keyframes_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- The low bits of coordinates are noise, which does not compress; trying costs time at every write.
ALTER TABLE "keyframes" ALTER COLUMN "coordinates" SET STORAGE EXTERNAL;

CREATE TABLE "run_statistics" (
    "run_id" TEXT NOT NULL,
    "iteration" INTEGER NOT NULL,
    "loss" DOUBLE PRECISION NOT NULL,
    "gradient_norm" DOUBLE PRECISION NOT NULL,
    "curvature_scale" DOUBLE PRECISION NOT NULL,
    "exaggeration" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "run_statistics_pkey" PRIMARY KEY ("run_id", "iteration"),
    CONSTRAINT "run_statistics_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "run_checkpoints" (
    "run_id" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "iteration" INTEGER NOT NULL,
    "state" BYTEA NOT NULL,
    CONSTRAINT "run_checkpoints_pkey" PRIMARY KEY ("run_id", "part"),
    CONSTRAINT "run_checkpoints_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
ALTER TABLE "run_checkpoints" ALTER COLUMN "state" SET STORAGE EXTERNAL;

CREATE TABLE "share_links" (
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "view_state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    CONSTRAINT "share_links_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "share_links_position_key" ON "share_links"("position");
CREATE UNIQUE INDEX "share_links_token_hash_key" ON "share_links"("token_hash");

CREATE TABLE "share_link_runs" (
    "share_link_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "run_id" TEXT NOT NULL,
    CONSTRAINT "share_link_runs_pkey" PRIMARY KEY ("share_link_id", "ordinal"),
    CONSTRAINT "share_link_runs_share_link_id_fkey" FOREIGN KEY ("share_link_id")
        REFERENCES "share_links"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "share_link_runs_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "share_link_runs_run_id_idx" ON "share_link_runs"("run_id");
