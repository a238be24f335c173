/** The command lines and files that a document prints. */

/** A printed command line. */
export interface Printed {
  readonly line: number;
  readonly command: string;
  /** The first cell of its row, where it is in a table. */
  readonly row?: string;
}

/** The examples of a document: command lines in their order, and files by their language. */
export interface Document {
  readonly commands: readonly Printed[];
  readonly files: readonly { readonly language: string; readonly text: string }[];
}

/** A code span that is a command line; names of commands alone, as `launch`, are not. */
const SPAN = /`((?:lxops|sudo|deno|\.\/scripts\/\w+) [^`]+)`/g;

/** Reads a document; blocks of commands are those in the language "sh". */
export function readDocument(markdown: string): Document {
  const commands: Printed[] = [];
  const files: { language: string; text: string }[] = [];
  let language: string | undefined;
  let text = "";
  for (const [index, line] of markdown.split("\n").entries()) {
    if (language === undefined) {
      const opening = /^```(.*)$/.exec(line);
      if (opening) [language, text] = [opening[1]!, ""];
      else commands.push(...spans(line, index + 1));
    } else if (line === "```") {
      if (language !== "sh") files.push({ language, text });
      language = undefined;
    } else if (language === "sh") {
      if (line.trim() !== "") commands.push({ line: index + 1, command: line });
    } else text += `${line}\n`;
  }
  return { commands, files };
}

function spans(line: string, number: number): readonly Printed[] {
  const row = /^\| (.*?) *\|/.exec(line)?.[1];
  return [...line.matchAll(SPAN)].map(([, command = ""]) => ({
    line: number,
    command,
    ...(row === undefined ? {} : { row }),
  }));
}
