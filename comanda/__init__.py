"""The program: command line, wiring, ASGI app and worker. The only room that knows all the others."""
