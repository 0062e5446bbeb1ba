// Known vulnerabilities of what runs in production, for continuous integration. Fails from severity "high" on; where the
// registry has no audit endpoint it says so and passes.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const report = parse(stdout);
const counts = report?.metadata?.vulnerabilities;
if (counts === undefined) {
  const reason = report?.error?.summary || report?.message || 'it has none to ask';
  console.log(`the registry gave no audit (${String(reason).split('\n')[0]}); the dependencies were not audited`);
} else {
  console.log(`npm audit: ${JSON.stringify(counts)}`);
  for (const [name, { severity, via }] of Object.entries(report.vulnerabilities)) {
    const titles = via.map((cause) => (typeof cause === 'string' ? cause : `${cause.title} ${cause.url}`));
    console.log(`  ${severity} ${name}: ${titles.join('; ')}`);
  }
  if (counts.high + counts.critical > 0) process.exit(1);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
