/**
 * `write_files`: each file is written next to its target and renamed, so that no half-written file is visible. If the
 * target is a symbolic link, the file that it points to is replaced.
 *
 * @module
 */
import { normalize } from "@std/path";
import * as z from "zod/mini";
import { list, octal, text } from "../../../config/schema/fields.ts";
import { transform } from "../../../base/schemas.ts";
import { contentOf, ENCODINGS } from "../../model/encoding.ts";
import { flag, hasControl, line, mapOf, mapWith } from "../../model/fields.ts";
import type { FileCheck } from "../../model/check.ts";
import type { Draft } from "../../model/item.ts";
import { defineSection, type ValuesOf } from "../../model/section.ts";
import { hereDocument, quote } from "../../../base/shell.ts";
import { contentOfNext, printCommands } from "../../model/print.ts";
import { isSecret } from "../../model/secrets.ts";
import { sha256 } from "../../model/sha256.ts";

/** A file to write. */
export interface WrittenFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly owner: string;
  readonly mode: number;
  readonly append: boolean;
  readonly defer: boolean;
  /** The address that the content is fetched from; `content` is used if it cannot be fetched. */
  readonly source?: FileSource;
  /** Settings of a directory are filled into the content. */
  readonly template?: true;
  /** The content has secret settings in it. */
  readonly secret?: true;
}

/** An address and HTTP headers for it. */
export interface FileSource {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The file has a content as well. */
  readonly optional: boolean;
}

/** A schema for a path in an instance, which becomes absolute and loses `.` and `..`. */
export const guestPath = transform(
  text.check(z.refine((path) => path !== "" && !hasControl(path), {
    error: (issue) =>
      issue.input === "" ? "A path is expected here" : "A path with control characters cannot be written",
  })),
  (path) => normalize(`/${path}`).replace(/^\/+/, "/"),
)
  .check(
    z.refine((path) => !path.endsWith("/"), { error: "This is a directory; the path of a file is expected" }),
  );

const owner = transform(text, (value) => value === "" ? "root:root" : value)
  .check(z.refine((value) => /^(?![-])[^\s:/]*:?[^\s:/]*$/.test(value) && value !== ":", {
    error: (issue) => `"${issue.input}" is not a valid owner: use user:group`,
  }));

const content = z.union([z.instanceof(Uint8Array), text], { error: "Text is expected here" });

/** Reports whether a text can be the name of an HTTP header. */
const isHeader = (name: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(name);

const source = mapWith({
  uri: line.check(z.refine((uri) => /^(?:https?|ftp|file):\/\//.test(uri), {
    error: (issue) => `"${issue.input}" is not a supported address: use http, https, ftp or file`,
  })),
  headers: z.optional(mapOf(isHeader, line)),
});

const mode = octal.check(
  z.refine((bits) => bits <= 0o7777, { error: "A mode has at most four octal digits" }),
);

const file = transform(
  mapWith({
    path: guestPath,
    content: z.optional(content),
    encoding: z.optional(
      transform(text, (name) => name.trim().toLowerCase()).check(
        z.refine((name) => Object.hasOwn(ENCODINGS, name), {
          error: (issue) =>
            `Unknown encoding "${issue.input}"; known are ${Object.keys(ENCODINGS).join(", ")}`,
        }),
      ),
    ),
    owner: z.optional(owner),
    permissions: z.optional(mode),
    append: z.optional(flag),
    defer: z.optional(flag),
    source: z.optional(source),
    template: z.optional(flag),
  }),
  (entry, context): WrittenFile => {
    const { path, owner = "root:root", permissions = 0o644, append = false, defer = false } = entry;
    const decoded = contentOf(entry.content ?? "", entry.encoding ?? "text/plain");
    if (typeof decoded === "string") {
      context.issues.push({
        code: "custom",
        path: ["content"],
        message: decoded,
        input: entry.content,
      });
    }
    const bytes = typeof decoded === "string" ? new Uint8Array() : decoded;
    const from = entry.source && {
      source: {
        uri: entry.source.uri,
        headers: entry.source.headers ?? {},
        optional: entry.content !== undefined,
      },
    };
    const template = entry.template ? { template: true as const } : {};
    return { path, content: bytes, owner, mode: permissions, append, defer, ...from, ...template };
  },
);

const keys = { write_files: z.optional(list(file)) } as const;

function secretsOf(file: WrittenFile): { readonly secrets?: readonly string[] } {
  return file.secret || isSecret(file.content, file.mode) ? { secrets: printCommands(file.content) } : {};
}

/** Returns the check of a file; the content of a source is known only after it is fetched. */
function checkOf(
  { path, content, owner, append, source }: WrittenFile,
  mode: string,
  isSecret: boolean,
): FileCheck {
  return {
    kind: "file",
    path,
    ...(source ? {} : { content }),
    mode,
    owner,
    ...(append ? { appended: true } : {}),
    ...(isSecret ? { secret: true } : {}),
  };
}

/** Returns an address without its password. */
function shownAddress(uri: string): string {
  return uri.replace(/^(\w+:\/\/)[^\/@]*@/, "$1***@");
}

/** Makes an item that fetches a file. Headers can be secret, so that they are passed by a here-document. */
function sourceDraft(
  file: WrittenFile,
  { uri, headers, optional }: FileSource,
  helper: "append" | "write",
  mode: string,
): Omit<Draft, "section" | "path"> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`).join("");
  const address = shownAddress(uri);
  const write = `lxops_${helper} ${quote(file.path)} ${mode} ${quote(file.owner)}`;
  const otherwise = optional
    ? `echo ${quote(`lxops: ${address} cannot be read; its content is that of the file`)}\n${
      contentOfNext(file.content)
    }\n${write}`
    : `lxops_fail ${quote(`${address} cannot be read`)}`;
  return {
    title: `${file.append ? "Append to" : "Write"} ${file.path} from ${address}`,
    script: [
      "fetched=$(mktemp)",
      `if lxops_fetch ${quote(uri)} "$fetched" ${hereDocument(lines).trimEnd()}`,
      "then",
      `${write} <"$fetched"; rm -f "$fetched"`,
      `else rm -f "$fetched"; ${otherwise}`,
      "fi",
    ].join("\n"),
    helpers: [helper, "fetch"],
    content: [file.path, mode, file.owner, file.append, sha256(file.content), uri, headers],
    target: `file:${file.path}`,
    file: file.path,
    adds: file.append,
    checks: [checkOf(file, mode, true)],
    secrets: [
      ...secretsOf(file).secrets ?? [],
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(address === uri ? [] : [quote(uri)]),
    ],
  };
}

/** Makes an item that writes or extends a file. */
export function fileDraft(file: WrittenFile): Omit<Draft, "section" | "path"> {
  const mode = file.mode.toString(8).padStart(4, "0");
  const helper = file.append ? "append" : "write";
  if (file.source) return sourceDraft(file, file.source, helper, mode);
  const secrets = secretsOf(file);
  return {
    title: `${file.append ? "Append to" : "Write"} ${file.path}`,
    script: `${contentOfNext(file.content)}\nlxops_${helper} ${quote(file.path)} ${mode} ${
      quote(file.owner)
    }`,
    helpers: [helper],
    content: [file.path, mode, file.owner, file.append, sha256(file.content)],
    target: `file:${file.path}`,
    file: file.path,
    adds: file.append,
    checks: [checkOf(file, mode, secrets.secrets !== undefined)],
    ...secrets,
  };
}

function items({ write_files: files = [] }: ValuesOf<typeof keys>, deferred: boolean): Draft[] {
  return files.flatMap((file, index) =>
    file.defer === deferred
      ? [{ section: "write_files", path: ["write_files", index], ...fileDraft(file) }]
      : []
  );
}

/** `write_files`: an item for each file; deferred files wait until users and packages are there. */
export const writeFiles = defineSection({
  keys,
  items: { files: (values) => items(values, false), deferredFiles: (values) => items(values, true) },
});
