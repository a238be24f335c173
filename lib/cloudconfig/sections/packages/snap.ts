/**
 * `snap`: assertions and commands of Ubuntu's snaps.
 *
 * @module
 */
import { compareTexts } from "../../../base/order.ts";
import * as z from "zod/mini";
import { list } from "../../../config/schema/fields.ts";
import { preprocess } from "../../../base/schemas.ts";
import { mapWith, noNul } from "../../model/fields.ts";
import type { Draft } from "../../model/item.ts";
import { defineSection, type ValuesOf } from "../../model/section.ts";
import { pipeInto } from "../../model/print.ts";
import { sha256 } from "../../model/sha256.ts";
import { commandScript, commandsDraft, commandTitle } from "../commands/runcmd.ts";

function valuesOf(value: unknown): unknown {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.entries(value).sort(([a], [b]) => compareTexts(a, b)).map(([, one]) => one);
}

const command = z.union([noNul, z.array(noNul).check(z.minLength(1))], {
  error: "A command is text or a list of arguments",
});

const keys = {
  snap: z.optional(mapWith({
    assertions: z.optional(preprocess(valuesOf, list(noNul))),
    commands: z.optional(preprocess(valuesOf, list(command))),
  })),
} as const;

/** Makes one item for all assertions and one for each command. */
function snapItems({ snap = {} }: ValuesOf<typeof keys>): Draft[] {
  const { assertions = [], commands = [] } = snap;
  const section = "snap";
  const text = `${assertions.map((each) => each.trim()).join("\n\n")}\n`;
  const acknowledged: Draft[] = assertions.length === 0 ? [] : [{
    section,
    path: [section, "assertions"],
    title: "Acknowledge assertions of snaps",
    script: pipeInto(new TextEncoder().encode(text), "snap ack /dev/stdin"),
    content: sha256(text),
  }];
  const run = commands.map((one): Draft => {
    const whole = typeof one === "string" || one[0] === "snap" ? one : ["snap", ...one];
    return {
      section,
      path: [section, "commands"],
      title: commandTitle(whole),
      ...commandsDraft([whole], ([one]) => commandScript(one!)),
      content: whole,
    };
  });
  return [...acknowledged, ...run];
}

/** `snap`. */
export const snap = defineSection({ keys, items: { snap: snapItems } });
