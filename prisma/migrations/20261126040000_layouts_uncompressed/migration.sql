-- Coordinates and states are float64 that do not get smaller; trying to compress them took most of the time of a write.
-- What is stored already stays as it is, and is read in the same way.
ALTER TABLE "keyframes" ALTER COLUMN "coordinates" SET STORAGE EXTERNAL;
ALTER TABLE "live_frames" ALTER COLUMN "coordinates" SET STORAGE EXTERNAL;
ALTER TABLE "run_checkpoints" ALTER COLUMN "state" SET STORAGE EXTERNAL;
