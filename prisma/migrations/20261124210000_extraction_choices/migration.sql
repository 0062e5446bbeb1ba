-- Interpolation is one of the choices that decide the numbers of an embedding; what is stored so far was made with the
-- filter of the model's own configuration, which is bilinear for every model there was.
ALTER TABLE "embedding_sets" ADD COLUMN "interpolation" TEXT NOT NULL DEFAULT 'bilinear';
DROP INDEX "embedding_sets_identity_key";
CREATE UNIQUE INDEX "embedding_sets_identity_key" ON "embedding_sets"
    ("dataset_id", "model_checksum", "pooling", "resolution", "interpolation", "normalize");
ALTER TABLE "runs" ADD COLUMN "interpolation" TEXT, ADD COLUMN "normalize" BOOLEAN NOT NULL DEFAULT false;

-- SHA-256 of an image: one that is in another version of the data set too need not be embedded again.
ALTER TABLE "images" ADD COLUMN "content_hash" BYTEA;
