import { Option, type Command } from 'commander';
import { readConfig } from '../../config.ts';
import { version } from '../../version.ts';
import { Reporter } from '../reporter.ts';

const MARKS = { ok: '✓', note: '·', problem: '✗' };

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check this installation and explain what is wrong with it')
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .action(async (options: { readonly json: boolean }) => {
      const { checkInstallation } = await import('../work/checkInstallation.ts');
      const findings = await checkInstallation(readConfig());
      new Reporter(options).result(
        { version, findings },
        findings.map(({ check, verdict, detail }) => `${MARKS[verdict]} ${check.padEnd(16)} ${detail}`),
      );
      if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
    });
}
