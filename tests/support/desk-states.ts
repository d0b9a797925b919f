import type { Page } from 'playwright-core';
import type { DeskFacts } from './desk-facts.ts';

/** A page of the desk in one of its states. */
export type DeskState = {
  name: string;
  /** Before anybody is signed in. */
  signedOut?: boolean;
  show(page: Page, desk: DeskFacts): Promise<unknown>;
};

/** The page at an address. */
export const at =
  (path: string | ((desk: DeskFacts) => string)): DeskState['show'] =>
  async (page, desk) =>
    await page.goto(typeof path === 'string' ? path : path(desk));

/** Sends a form of the page at `path` as it is. */
export const refused =
  (path: string | ((desk: DeskFacts) => string), form: string): DeskState['show'] =>
  async (page, desk) => {
    await at(path)(page, desk);
    await page.locator(form).locator('button[type=submit]').first().click();
    await page.locator('.error').first().waitFor();
  };

/** A section of the editor with `value` in one of its fields, which is refused. */
export const mistaken =
  (path: string, field: string, value: string): DeskState['show'] =>
  async (page) => {
    await page.goto(path);
    await page.locator(field).first().fill(value);
    await page.locator('main form button[type=submit]').last().click();
    await page.locator('.error').first().waitFor();
  };
