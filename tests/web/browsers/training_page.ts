/** The page on which agents are trained, in the hands of a test. @module */
import { Buffer } from "node:buffer";
import type { Locator, Page } from "npm:playwright-core@1.65.1";
import { poll } from "./poll.ts";

/** What a person does on the page, and what there is to read. */
export class TrainingPage {
  /** The page itself. */
  readonly page: Page;
  /** The sentence that tells where the run is. */
  readonly status: Locator;
  /** What went wrong, if anything. */
  readonly failure: Locator;

  /** A page that has been opened. */
  constructor(page: Page) {
    this.page = page;
    this.status = page.locator("#status").getByRole("status");
    this.failure = page.locator("#status").getByRole("alert");
  }

  /** Chooses a preset. */
  async choose(preset: string): Promise<void> {
    await this.page.getByLabel("What is learned").selectOption(preset);
  }

  /** Presses a button of the controls. */
  async press(name: "Train" | "Pause" | "Step" | "Episode" | "Reset"): Promise<void> {
    await this.page.locator("#controls").getByRole("button", { name, exact: true }).click();
  }

  /** Trains one episode, and no step more. */
  async trainEpisode(): Promise<void> {
    const episodes = await this.count("episodes");
    await this.press("Episode");
    await this.until("episodes", (count) => count > episodes);
    await this.reaches("paused");
  }

  /** Sets the slider of speed to a text of its own: `100 steps/s`, say. */
  async pace(text: string): Promise<void> {
    const slider = this.page.getByLabel("Speed");
    const value = this.page.locator("output[for=speed]");
    for (let i = 0; await value.innerText() !== text; i++) await slider.fill(`${i}`);
  }

  /** Loads a file, as a person that picks it. */
  async load(name: string, content: Uint8Array | string): Promise<void> {
    const buffer = Buffer.from(content as string);
    await this.page.getByLabel("Load a file").setInputFiles({ name, mimeType: "", buffer });
  }

  /** Presses a button, and returns the file that the browser keeps. */
  async download(
    button: "Save the agent" | "Save the config",
  ): Promise<{ name: string; bytes: Uint8Array }> {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.page.getByRole("button", { name: button, exact: true }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await Deno.readFile(await download.path()) };
  }

  /** Waits until the status is or begins with a text, and returns all of it. */
  async reaches(text: string): Promise<string> {
    const found = this.status.filter({ hasText: new RegExp(`^${text}`) });
    await found.or(this.failure).filter({ visible: true }).first().waitFor();
    if (await this.failure.isVisible()) throw new Error(`It failed: ${await this.failure.innerText()}`);
    return await this.status.innerText();
  }

  /** A count of the status panel. */
  async count(name: "steps" | "updates" | "episodes"): Promise<number> {
    const cell = this.page.locator("#status dl > div").filter({
      has: this.page.getByText(name, { exact: true }),
    });
    return Number((await cell.locator("dd").innerText()).replaceAll(",", ""));
  }

  /** Waits until a count of the status panel is what a test wants. */
  async until(name: "steps" | "updates" | "episodes", wanted: (count: number) => boolean): Promise<void> {
    await poll(`${name}, ${wanted}`, async () => wanted(await this.count(name)));
  }

  /** What the status panel tells of the device. */
  async device(): Promise<string> {
    return await this.page.locator("#status .device").first().innerText();
  }
}
