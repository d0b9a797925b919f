import { createContext, useContext } from 'hono/jsx';

/**
 * Lets pages be rendered without an AsyncLocalStorage, which hono/jsx uses to follow components across
 * an `await`. Ours never wait, and once it has run, Node before 24 calls hooks for every promise of the
 * process. To be called before anything is rendered: the package looks for it once.
 */
export function renderPlainly(): void {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = (() => undefined) as unknown as typeof getBuiltinModule;
  try {
    useContext(createContext(null));
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
}
