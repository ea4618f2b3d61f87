package io.sluice.server;

/** The body of a response that nobody gets, because another answer was given already. Stateless. */
final class UnreadResponseBody implements ResponseBody {

  @Override
  public void write(byte[] bytes) {}

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public void whenWritable(Runnable task) {
    task.run();
  }

  @Override
  public boolean closed() {
    return true;
  }

  @Override
  public void end() {}

  @Override
  public void abort() {}
}
