import { Command } from 'commander';
import { version } from '../version.ts';
import { addBackupCommand, addRestoreCommand } from './commands/backup.ts';
import { addDatasetsCommand } from './commands/datasets.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addExportCommand } from './commands/export.ts';
import { addExtractCommand } from './commands/extract.ts';
import { addImportCommand } from './commands/import.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addModelsCommand } from './commands/models.ts';
import { addNeighborsCommand } from './commands/neighbors.ts';
import { addPlaceCommand } from './commands/place.ts';
import { addProjectCommand } from './commands/project.ts';
import { addRunCommand } from './commands/run.ts';
import { addShareCommand } from './commands/share.ts';
import { addServeCommand } from './commands/serve.ts';
import { addWorkerCommand } from './commands/worker.ts';

/**
 * The command line, ready to parse. Commands import what they work with only when they run, so that help and usage errors
 * come at once;
 * `signal` is aborted when the person interrupts it. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('circle-limit')
    .description('See what a vision model has understood: DINOv3 embeddings, laid out on the Poincaré disk.')
    .version(version)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();
  const add = [
    addServeCommand,
    addWorkerCommand,
    addExtractCommand,
    addProjectCommand,
    addRunCommand,
    addNeighborsCommand,
    addPlaceCommand,
    addImportCommand,
    addExportCommand,
    addShareCommand,
    addModelsCommand,
    addDatasetsCommand,
    addMigrateCommand,
    addBackupCommand,
    addRestoreCommand,
    addDoctorCommand,
  ];
  for (const addCommand of add) addCommand(program, signal);
  return program;
}
