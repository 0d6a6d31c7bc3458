import type { Tracing } from './open-tracing.ts';
import type { TraceSettings } from './trace-settings.ts';

/** Null without settings; then nothing of OpenTelemetry is loaded. */
export async function startTracing(
  settings: TraceSettings | null,
  onTrouble: (error: Error) => void,
): Promise<Tracing | null> {
  if (settings === null) return null;
  const { openTracing } = await import('./open-tracing.ts');
  return openTracing(settings, onTrouble);
}
