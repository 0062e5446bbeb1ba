// Writes schema.graphql, the dashboard's types and query parser, and the reference of the documentation. Usage: npm run codegen
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { clientFiles, root, schemaFile, schemaText } from './generatedCode.mjs';
import { referenceFiles } from './docsReference.mjs';
import { queryParserFiles } from './queryParser.mjs';

await writeFile(schemaFile, await schemaText());
for (const { filename, content } of [
  ...(await clientFiles()),
  ...(await queryParserFiles()),
  ...(await referenceFiles()),
]) {
  const file = resolve(root, filename);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
