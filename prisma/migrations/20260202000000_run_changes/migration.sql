-- What was changed while a run was optimized.
CREATE TABLE "run_changes" (
    "run_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "iteration" INTEGER,
    "change" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "run_changes_pkey" PRIMARY KEY ("run_id", "ordinal"),
    CONSTRAINT "run_changes_run_id_fkey" FOREIGN KEY ("run_id")
        REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
