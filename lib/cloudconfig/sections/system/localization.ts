/**
 * `timezone`, `locale` and `keyboard`.
 *
 * @module
 */
import * as z from "zod/mini";
import { text } from "../../../config/schema/fields.ts";
import { transform } from "../../../base/schemas.ts";
import { quote } from "../../../base/shell.ts";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import type { Draft } from "../../model/item.ts";
import { fileDraft, guestPath } from "../files/write_files.ts";
import { mapWith } from "../../model/fields.ts";

const zone = text.check(
  z.refine((name) => name === "" || /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_+\/.-]*$/.test(name), {
    error: (issue) => `"${issue.input}" is not a valid time zone: use a name such as Europe/Athens`,
  }),
);

const word = text.check(z.refine((name) => /^(?:[A-Za-z0-9_.@,:][A-Za-z0-9_.@,:-]*)?$/.test(name), {
  error: (issue) => `"${issue.input}" has invalid characters`,
}));

const keys = {
  timezone: z.optional(zone),
  locale: z.optional(transform(word, (name) => /^(?:false|no|off|0)$/i.test(name) ? "" : name)),
  locale_configfile: z.optional(guestPath),
  keyboard: z.optional(mapWith({
    layout: word,
    model: z.optional(word),
    variant: z.optional(word),
    options: z.optional(word),
  })),
} as const;

type Values = ValuesOf<typeof keys>;

/** Makes the item that sets the time zone. */
function timezoneItems({ timezone }: Values, { os }: Context): Draft[] {
  if (!timezone) return [];
  return [{
    section: "timezone",
    path: ["timezone"],
    title: `Set the time zone ${timezone}`,
    script: `lxops_timezone ${quote(timezone)}`,
    helpers: ["timezone", os.packageManager],
    content: timezone,
    target: "timezone",
    checks: [{ kind: "zone", name: timezone }],
  }];
}

/** Makes the item that generates and sets a locale. */
function localeItems({ locale, locale_configfile: file }: Values, { os }: Context): Draft[] {
  if (!locale) return [];
  const kind = os.family === "debian" || os.family === "alpine" ? os.family : "other";
  const files = {
    debian: "/etc/default/locale",
    alpine: "/etc/profile.d/50locale.sh",
    other: "/etc/locale.conf",
  };
  return [{
    section: "locale",
    path: ["locale"],
    title: `Set the locale ${locale}`,
    script: `lxops_locale_${kind} ${quote(locale)} ${quote(file ?? files[kind])}`,
    helpers: ["locale", os.packageManager],
    content: [locale, file ?? ""],
    target: "locale",
    checks: [
      { kind: "variable", path: file ?? files[kind], name: "LANG", value: locale },
      ...kind === "alpine" || /^(?:C|POSIX)(?:\.|$)/i.test(locale)
        ? []
        : [{ kind: "locale", name: locale } as const],
    ],
  }];
}

/** Makes the item that sets the keyboard of the console. */
function keyboardItems({ keyboard }: Values, { os }: Context): Draft[] {
  if (!keyboard) return [];
  const { layout, model = "pc105", variant = "", options = "" } = keyboard;
  const debian = `XKBMODEL="${model}"\nXKBLAYOUT="${layout}"\nXKBVARIANT="${variant}"\n` +
    `XKBOPTIONS="${options}"\n\nBACKSPACE="guess"\n`;
  const console = `KEYMAP=${layout}${variant ? `-${variant}` : ""}\n`;
  const [path, content] = os.family === "debian"
    ? ["/etc/default/keyboard", debian]
    : ["/etc/vconsole.conf", console];
  const bytes = new TextEncoder().encode(content);
  const draft = fileDraft({
    path,
    content: bytes,
    owner: "root:root",
    mode: 0o644,
    append: false,
    defer: false,
  });
  // Alpine has a program for it, which takes the keymap and its variant.
  const script = os.family !== "alpine" ? draft.script : [
    "if command -v setup-keymap >/dev/null 2>&1",
    `then setup-keymap ${quote(layout)} ${quote(variant || layout)}`,
    `else ${draft.script}`,
    "fi",
  ].join("\n");
  const title = `Set the keyboard layout ${layout}`;
  const { checks: _none, ...elsewhere } = draft;
  return [{
    section: "keyboard",
    path: ["keyboard"],
    ...(os.family === "alpine" ? elsewhere : draft),
    title,
    script,
  }];
}

/** `timezone`, `locale`, `locale_configfile` and `keyboard`. */
export const localization = defineSection({
  keys,
  items: { timezone: timezoneItems, locale: localeItems, keyboard: keyboardItems },
});
