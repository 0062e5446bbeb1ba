-- What a repeated request finds again, which run goes first, and which attempt of a process works on it.
ALTER TABLE "runs"
    ADD COLUMN "priority" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "idempotency_key" TEXT,
    ADD COLUMN "worker" TEXT;
CREATE UNIQUE INDEX "runs_idempotency_key_key" ON "runs"("idempotency_key");

-- Figures in blocks: one row an iteration took several times the space, and seconds to write for a quick run.
-- A block is a matrix of float8, big-endian: a row an iteration, the columns as named; NaN stands for null.
CREATE TABLE "run_statistics_blocks" (
    "run_id" TEXT NOT NULL,
    "first_iteration" INTEGER NOT NULL,
    "last_iteration" INTEGER NOT NULL,
    "columns" TEXT[],
    "figures" BYTEA NOT NULL,
    CONSTRAINT "run_statistics_blocks_pkey" PRIMARY KEY ("run_id", "first_iteration"),
    CONSTRAINT "run_statistics_blocks_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "run_statistics_blocks"
SELECT "run_id", min("iteration"), max("iteration"),
       ARRAY['iteration', 'loss', 'gradientNorm', 'curvatureScale', 'exaggeration', 'recallAt15'],
       string_agg(float8send("iteration"::float8) || float8send("loss") || float8send("gradient_norm")
           || float8send("curvature_scale") || float8send("exaggeration")
           || float8send(coalesce("recall_at_15", 'NaN')), ''::bytea ORDER BY "iteration")
FROM "run_statistics" GROUP BY "run_id", "iteration" / 10000;
DROP TABLE "run_statistics";

-- recallAt15 of every point: little-endian float32.
CREATE TABLE "run_recalls" (
    "run_id" TEXT NOT NULL,
    "recall" BYTEA NOT NULL,
    CONSTRAINT "run_recalls_pkey" PRIMARY KEY ("run_id"),
    CONSTRAINT "run_recalls_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- The newest layout of a run, for watchers at other processes: little-endian float32. Losing it in a crash loses
-- nothing, so it is kept out of the write-ahead log.
CREATE UNLOGGED TABLE "live_frames" (
    "run_id" TEXT NOT NULL,
    "iteration" INTEGER NOT NULL,
    "coordinates" BYTEA NOT NULL,
    CONSTRAINT "live_frames_pkey" PRIMARY KEY ("run_id"),
    CONSTRAINT "live_frames_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Layouts are random bits to a compressor: trying costs time and saves nothing.
ALTER TABLE "live_frames" ALTER COLUMN "coordinates" SET STORAGE EXTERNAL;
ALTER TABLE "keyframes" ALTER COLUMN "coordinates" SET STORAGE EXTERNAL;
ALTER TABLE "run_checkpoints" ALTER COLUMN "state" SET STORAGE EXTERNAL;
ALTER TABLE "run_statistics_blocks" ALTER COLUMN "figures" SET STORAGE EXTERNAL;
