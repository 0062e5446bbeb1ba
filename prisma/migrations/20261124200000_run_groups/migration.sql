-- Runs that were started together, and runs that are put away.
ALTER TABLE "runs" ADD COLUMN "group_name" TEXT;
ALTER TABLE "runs" ADD COLUMN "archived_at" TIMESTAMPTZ(3);
CREATE INDEX "runs_group_name_idx" ON "runs"("group_name");
