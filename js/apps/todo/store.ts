import { LIST_MAX, TEXT_MAX, type Todo } from './shared/messages';

/** What the store will not do, in words for the one who asked. */
export class Refusal extends Error {}

/** The list, and what may be done with it. */
export class Store {
  private todos: readonly Todo[] = [];
  private lastId = 0;

  get list(): readonly Todo[] {
    return this.todos;
  }

  add(text: string): void {
    const trimmed = text.trim();

    if (trimmed === '' || trimmed.length > TEXT_MAX)
      throw new Refusal(`A task has 1 to ${TEXT_MAX} characters.`);
    if (this.todos.length >= LIST_MAX)
      throw new Refusal('The list is full. Clear what is done first.');
    this.lastId += 1;
    this.todos = [...this.todos, { id: this.lastId, text: trimmed, done: false }];
  }

  toggle(id: Todo['id']): void {
    this.todos = this.todos.map((todo) => (todo.id === id ? { ...todo, done: !todo.done } : todo));
  }

  remove(id: Todo['id']): void {
    this.todos = this.todos.filter((todo) => todo.id !== id);
  }

  clearDone(): void {
    this.todos = this.todos.filter((todo) => !todo.done);
  }
}
