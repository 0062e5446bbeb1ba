// The parser of the dashboard's query line, from its grammar: no grammar is compiled in the browser, whose content
// security policy forbids that.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import peggy from 'peggy';

const folder = fileURLToPath(new URL('../client/src/query', import.meta.url));

/** The generated files, as `{ filename, content }`. */
export async function queryParserFiles() {
  const grammar = await readFile(join(folder, 'query.peggy'), 'utf8');
  const content = peggy.generate(grammar, {
    output: 'source',
    format: 'es',
    grammarSource: 'query.peggy',
    allowedStartRules: ['Query'],
  });
  return [{ filename: join(folder, 'generated/parser.js'), content }];
}
