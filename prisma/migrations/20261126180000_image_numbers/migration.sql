-- Numbers about images, as a table beside a folder or a Parquet file gives them: little-endian float64, NaN for none.
CREATE TABLE "image_numbers" (
    "dataset_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "values" BYTEA NOT NULL,
    CONSTRAINT "image_numbers_pkey" PRIMARY KEY ("dataset_id", "position"),
    CONSTRAINT "image_numbers_dataset_id_fkey" FOREIGN KEY ("dataset_id")
        REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
