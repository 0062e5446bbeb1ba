import type { Role, RunSummaryFragment } from './graphql/generated/graphql.ts';

type Status = RunSummaryFragment['status'];

export const STATUS_TEXT: Readonly<Record<Status, string>> = {
  QUEUED: 'Queued',
  EXTRACTING: 'Extracting',
  NEIGHBORS: 'Finding neighbors',
  OPTIMIZING: 'Optimizing',
  PAUSED: 'Paused',
  DONE: 'Done',
  FAILED: 'Failed',
  CANCELED: 'Canceled',
};

/** Between the parts of one line. */
export const SEPARATOR = ' · ';

export const FINAL: ReadonlySet<Status> = new Set<Status>(['DONE', 'FAILED', 'CANCELED']);

export const ROLE_NAMES: Readonly<Record<Role, string>> = { VIEWER: 'Viewer', EDITOR: 'Editor', ADMIN: 'Admin' };

let dateFormat: Intl.DateTimeFormat | null = null;

/** A whole number, 12,345. Not by Intl, whose tables take a browser some 50 ms when it first needs them. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function formatDate(iso: string): string {
  dateFormat ??= new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' });
  return dateFormat.format(new Date(iso));
}

/** Seconds as people say them: 8 s, 3 min, 1 h 20 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatRate(rate: number): string {
  return rate >= 100 ? formatCount(Math.round(rate)) : rate.toFixed(1);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** 2.1 B, 86 M. */
export function formatMillions(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} B` : `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} M`;
}

/** How far a stage is, and how fast it goes on: "1,280 of 10,000 images", "250 images/s · 35 s left"; each may be empty. */
export function describeProgress(stage: RunSummaryFragment['stage']): {
  readonly amount: string;
  readonly pace: string;
} {
  const amountOf = (value: number): string => (stage.unit === 'bytes' ? formatBytes(value) : formatCount(value));
  const unit = stage.unit === 'bytes' ? '' : ` ${stage.unit}`;
  let amount = '';
  if (stage.total > 0) amount = `${amountOf(stage.done)} of ${amountOf(stage.total)}${unit}`;
  else if (stage.done > 0) amount = `${amountOf(stage.done)}${unit}`;
  const pace: string[] = [];
  if (stage.ratePerSecond != null && stage.ratePerSecond > 0) {
    const rate = stage.unit === 'bytes' ? formatBytes(stage.ratePerSecond) : formatRate(stage.ratePerSecond);
    pace.push(`${rate}${unit}/s`);
  }
  if (stage.etaSeconds != null && stage.etaSeconds > 0) pace.push(`${formatSeconds(stage.etaSeconds)} left`);
  return { amount, pace: pace.join(SEPARATOR) };
}

/** "1,280 of 10,000 images · 250 images/s · 35 s left" */
export function describeStage(stage: RunSummaryFragment['stage']): string {
  const { amount, pace } = describeProgress(stage);
  return [amount, pace].filter((part) => part).join(SEPARATOR);
}
