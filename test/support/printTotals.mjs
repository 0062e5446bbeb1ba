// Prints one closing line, "N passed, N failed, N skipped", from the JSON reports that the test runners left in a folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const totals = { passed: 0, failed: 0, skipped: 0 };

for (const name of ['unit.json', 'integration.json']) {
  const report = readReport(name);
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
}
const endToEnd = readReport('e2e.json').stats;
totals.passed += endToEnd.expected + endToEnd.flaky;
totals.failed += endToEnd.unexpected;
totals.skipped += endToEnd.skipped;

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

function readReport(name) {
  const file = join(folder, name);
  if (!existsSync(file)) {
    console.error(`${file} is missing: its tests did not run`);
    process.exit(1);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}
