import type { Logger } from '../logging.ts';
import type { AuditStore } from '../storage/access.ts';
import { auditName, type Actor } from './actor.ts';

const SECRET_NAMES = new Set(['token', 'password', 'currentPassword', 'newPassword', 'secret']);
const MAX_DETAIL_LENGTH = 4000;

/** Writes down who did what. */
export class AuditLog {
  readonly #store: AuditStore;
  readonly #log: Logger;

  constructor(store: AuditStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** What was done is done: a record that cannot be written reaches the log and stops nobody. */
  async record(actor: Actor, action: string, subject: string | null, detail: Readonly<Record<string, unknown>> = {}) {
    try {
      await this.#store.record({ ...auditName(actor), action, subject, detail: shortened(withoutSecrets(detail)) });
    } catch (error) {
      this.#log.error({ err: error, action, subject }, 'an audit entry could not be written');
    }
  }
}

/** The arguments of an operation without what nobody may read. */
function withoutSecrets(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, entry]) => entry != null && !SECRET_NAMES.has(name))
      .map(([name, entry]) => [name, isPlain(entry) ? withoutSecrets(entry) : entry]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function shortened(detail: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(detail);
  return text.length <= MAX_DETAIL_LENGTH
    ? (JSON.parse(text) as Record<string, unknown>)
    : { cut: `${text.slice(0, MAX_DETAIL_LENGTH)}…` };
}
