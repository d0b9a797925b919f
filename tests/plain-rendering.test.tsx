import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { renderPlainly } from '../src/plain-rendering.ts';

it('renders without an AsyncLocalStorage, which would follow every promise of the process', () => {
  const getBuiltinModule = process.getBuiltinModule;
  renderPlainly();
  expect(process.getBuiltinModule).toBe(getBuiltinModule);
  const { run } = AsyncLocalStorage.prototype;
  let runs = 0;
  AsyncLocalStorage.prototype.run = function (this: unknown, ...args: unknown[]) {
    runs += 1;
    return Reflect.apply(run, this, args);
  } as typeof run;
  const Name = ({ children }: { children: string }) => <b>{children}</b>;
  try {
    const page = (
      <p>
        {['Ana', 'Nino'].map((name) => (
          <Name>{name}</Name>
        ))}
      </p>
    );
    expect(String(page)).toBe('<p><b>Ana</b><b>Nino</b></p>');
    expect(runs).toBe(0);
  } finally {
    AsyncLocalStorage.prototype.run = run;
  }
});
