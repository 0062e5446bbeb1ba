import { BadInputError } from '../errors.ts';

/** Binary form of a one-dimensional Postgres array: dimensions, has-nulls flag, element type, length, lower bound. */
const ARRAY_HEADER_BYTES = 20;
/** In front of each element its length; a pgvector value begins with its dimension (int16) and an unused int16. */
const ELEMENT_HEADER_BYTES = 4;
export const VECTOR_HEADER_BYTES = 4;
const FLOAT_BYTES = 4;
/** Of a row of COPY: the number of its fields, the length of the index, the index, the length of the vector. */
const COPY_ROW_BYTES = 2 + 4 + 4 + 4;

/** Vectors that make up about so many bytes; one at least. */
export function rowsIn(bytes: number, dimension: number): number {
  return Math.max(1, Math.floor(bytes / (dimension * FLOAT_BYTES)));
}

/**
 * Packs `vectors` (rows × dimension) as a `vector[]` parameter in Postgres' binary format: exact, and several times
 * quicker than decimal text.
 * @param vectorTypeId the object id of pgvector's type in this database.
 * @throws BadInputError naming the row when a component is not finite, which pgvector cannot hold.
 */
export function packVectors(vectors: Float32Array, dimension: number, vectorTypeId: number): Buffer {
  const rows = vectors.length / dimension;
  const elementBytes = VECTOR_HEADER_BYTES + dimension * FLOAT_BYTES;
  const packed = Buffer.alloc(ARRAY_HEADER_BYTES + rows * (ELEMENT_HEADER_BYTES + elementBytes));
  let offset = 0;
  for (const field of [1, 0, vectorTypeId, rows, 1]) offset = packed.writeInt32BE(field, offset);
  for (let row = 0; row < rows; row++) {
    offset = packed.writeInt32BE(elementBytes, offset);
    offset = writeVector(packed, offset, vectors, row, dimension);
  }
  return packed;
}

/**
 * Packs rows of (int4, vector) in the binary format of COPY, without its header and its end mark.
 * @throws BadInputError naming the row when a component is not finite, which pgvector cannot hold.
 */
export function packCopyRows(indices: Int32Array, vectors: Float32Array, dimension: number): Buffer {
  const elementBytes = VECTOR_HEADER_BYTES + dimension * FLOAT_BYTES;
  const packed = Buffer.alloc(indices.length * (COPY_ROW_BYTES + elementBytes));
  let offset = 0;
  indices.forEach((index, row) => {
    offset = packed.writeInt16BE(2, offset);
    for (const field of [4, index, elementBytes]) offset = packed.writeInt32BE(field, offset);
    offset = writeVector(packed, offset, vectors, row, dimension);
  });
  return packed;
}

/**
 * Unpacks values of pgvector's `vector_send`, one after the other, into `target` from row `firstRow` on. Changes the
 * bytes of `packed`.
 */
export function unpackVectorsInto(packed: Buffer, dimension: number, target: Float32Array, firstRow: number): void {
  const elementBytes = VECTOR_HEADER_BYTES + dimension * FLOAT_BYTES;
  const rows = packed.length / elementBytes;
  const bytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
  packed.swap32();
  for (let row = 0; row < rows; row++) {
    const start = row * elementBytes + VECTOR_HEADER_BYTES;
    packed.copy(bytes, (firstRow + row) * dimension * FLOAT_BYTES, start, start + dimension * FLOAT_BYTES);
  }
}

/** Writes a row as pgvector has it in binary: dimension, an unused int16, components in network order. @returns the end */
function writeVector(packed: Buffer, start: number, vectors: Float32Array, row: number, dimension: number): number {
  requireFinite(vectors, row, dimension);
  const header = packed.writeInt16BE(0, packed.writeInt16BE(dimension, start));
  const bytes = Buffer.from(
    vectors.buffer,
    vectors.byteOffset + row * dimension * FLOAT_BYTES,
    dimension * FLOAT_BYTES,
  );
  const end = header + bytes.copy(packed, header);
  packed.subarray(header, end).swap32();
  return end;
}

function requireFinite(vectors: Float32Array, row: number, dimension: number): void {
  for (let i = row * dimension; i < (row + 1) * dimension; i++) {
    if (!Number.isFinite(vectors[i])) {
      throw new BadInputError(
        `row ${String(row)} of the embeddings has ${String(vectors[i])} at component ${String(i - row * dimension)}; every component must be a finite number`,
      );
    }
  }
}
