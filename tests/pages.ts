/** The pages that tell how Qernel is used and made: README, and those beside what they describe. @module */
import { assert } from "@std/assert";

/** The top of the repository. */
export const root: URL = new URL("..", import.meta.url);

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** The text since the block before. */
  readonly before: string;
}

/** A page, and what stands in it. */
export class Page {
  /** Its path from the top of the repository. */
  readonly path: string;
  readonly url: URL;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its blocks. */
  readonly prose: string;

  constructor(path: string) {
    this.path = path;
    this.url = new URL(path, root);
    this.text = Deno.readTextFileSync(this.url);
    const parts = this.text.split(/^```/m);
    this.blocks = parts.flatMap((part, i) => {
      if (i % 2 === 0) return [];
      const [language, ...lines] = part.split("\n");
      return [{ language: language!, code: lines.join("\n"), before: parts[i - 1]! }];
    });
    this.prose = parts.filter((_, i) => i % 2 === 0).join("");
  }

  /** The code of its blocks in a language. */
  code(language: string): string[] {
    return this.blocks.filter((block) => block.language === language).map(({ code }) => code);
  }

  /** What stands under a heading, up to the next one. */
  section(heading: string): string {
    const [, found] = `\n${this.prose}`.split(`\n${heading}\n`);
    assert(found !== undefined, `${this.path} has no heading ${heading}`);
    return found.split(/\n##+ /)[0]!;
  }

  /** The cells of the tables under a heading, row by row, headers first. */
  rows(heading: string): string[][] {
    const lines = this.section(heading).split("\n").filter((line) => /^\|(?! -)/.test(line));
    return lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  }

  /** Everything in backticks that stands in one column of the tables under a heading. */
  column(heading: string, index: number): string[] {
    return this.rows(heading).flatMap((row) => quoted(row[index] ?? ""));
  }

  /** What the page may be linked to by: its headings as GitHub names them. */
  anchors(): string[] {
    return [...this.prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, "").replaceAll(" ", "-")
    );
  }
}

/** Everything in backticks. */
export function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

const paths = [
  "README.md",
  "configs/README.md",
  "src/README.md",
  "shaders/README.md",
  "src/bench/README.md",
  "src/queue/README.md",
  "tests/README.md",
];

/** All of them, in the order in which they are read. */
export const pages: readonly Page[] = paths.map((path) => new Page(path));

/** The page at a path from the top of the repository. */
export function page(path: string): Page {
  return pages.find((page) => page.path === path)!;
}
