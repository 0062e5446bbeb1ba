-- Recall on a sample while a run optimizes; NULL for iterations at which it was not measured.
ALTER TABLE "run_statistics" ADD COLUMN "recall_at_15" DOUBLE PRECISION;
