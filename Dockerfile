FROM python:3.12-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN useradd --create-home comanda && mkdir /app/data && chown comanda /app/data
COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY assistant assistant
COPY ml ml
COPY channels channels
COPY admin admin
COPY comanda comanda
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .
USER comanda
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz')"]
CMD ["comanda", "serve", "--host", "0.0.0.0", "--demo"]
