/**
 * Progress of a background operation, read from its metadata.
 *
 * @module
 */
import type { OnProgress } from "../../ports/copy.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { ask } from "../transport/answer.ts";
import { ServerError } from "../../base/errors.ts";
import { after } from "../transport/timer.ts";

/** A watch over an operation. */
export interface ProgressWatch {
  stop(): void;
}

const INTERVAL_MS = 300;

/** Polls an operation's progress and reports every new text; short operations cost no request. */
export function watchProgress(
  endpoint: Endpoint,
  path: string,
  onProgress: OnProgress,
): ProgressWatch {
  const stop = new AbortController();
  let last = "";
  let rest = after(INTERVAL_MS, look);
  async function look(): Promise<void> {
    const text = await readProgress(endpoint, path, stop.signal);
    if (stop.signal.aborted) return;
    if (text !== "" && text !== last) onProgress(text);
    last = text;
    rest = after(INTERVAL_MS, look);
  }
  return {
    stop() {
      rest();
      stop.abort();
    },
  };
}

/** Returns the progress in an operation's metadata: `download_progress: rootfs: 42% (3MB/s)`, under one of many names. */
export function progressText(metadata: unknown): string {
  if (typeof metadata !== "object" || metadata === null) return "";
  return Object.entries(metadata)
    .filter(([key, value]) => key.endsWith("_progress") && typeof value === "string")
    .map(([, value]) => value)
    .join(", ");
}

// Errors are ignored here, because the wait for the operation reports them.
async function readProgress(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<string> {
  try {
    const { metadata } = await ask(endpoint, { method: "GET", path, signal });
    return typeof metadata === "object" && metadata !== null && "metadata" in metadata
      ? progressText(metadata.metadata)
      : "";
  } catch (error) {
    if (error instanceof ServerError || signal.aborted) return "";
    throw error;
  }
}
