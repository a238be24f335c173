/** Scripts as dry runs show them. */
import type { Effect } from "../../lib/step/step.ts";

/** Renders the deletions of images without a name as the requests that were sent; an image that has got a name stays. */
export function withForgotten(script: string, effects: readonly Effect[]): string {
  const gone = new Set(
    effects.flatMap((effect) => effect.kind === "send" ? [`${effect.method} ${effect.path}`] : []),
  );
  return script.replaceAll(
    /^lxops image delete -project default -unnamed ([0-9a-f]+)$/gm,
    (line, fingerprint) => {
      const path = `/1.0/images/${fingerprint}`;
      return gone.has(`DELETE ${path}`) ? `lxops query -X DELETE ${path}` : line;
    },
  );
}

/** Returns the lines of the short plans on top of scripts, without the counts. */
export function shortPlanOf(scripts: string): string[] {
  // A file that is written can be a script, too.
  const own = scripts.replaceAll(/ <<'(END_*)'\n[^]*?\n\1\n/g, "\n");
  return own.split("#!/bin/sh\n").flatMap((script) =>
    script.split("set -eu\n", 1)[0]!.split("\n").slice(0, -2).map((line) => line.replace(/^# /, ""))
  );
}
