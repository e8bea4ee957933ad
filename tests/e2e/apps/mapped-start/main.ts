// Fails before it has started; built as ../mapped is.
class Service {
  static start(port?: number): void {
    const { length } = [port ?? 0];
    if (length > 0) {
      throw new TypeError('cannot start');
    }
  }
}
Service.start();
