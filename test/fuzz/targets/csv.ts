import { readEmbeddings, readLabels } from '../../../server/formats/readTables.ts';
import { fileTarget } from '../fuzzTarget.ts';

const TABLES = [
  'index,x,y,label\n0,0.5,-0.25,cat\n1,1e-3,2,"a ""dog"""\n',
  '1;2;3\n4;5;6\n',
  '\uFEFFname,f0,f1\r\na.png,1,2\r\nb.png,NaN,3\r\n',
  'label\ncat\ndog\n',
];

export const target = fileTarget(
  'input.csv',
  () => Promise.resolve(TABLES.map((text) => Buffer.from(text))),
  readEmbeddings,
  (file) => readLabels(file, 2),
);
