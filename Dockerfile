# Two images from one file: `server` (stores, draws, serves; no torch) and `worker` (trains; no database, no web).
# docker build --target server .      docker build --target worker --build-arg TORCH_BACKEND=cu128 .

FROM node:22-slim AS page
WORKDIR /page
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM python:3.12-slim AS base
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1
WORKDIR /phasescope
RUN useradd --create-home phasescope && mkdir /data && chown phasescope /data
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY backend/ backend/

FROM base AS server
# The built page travels inside the package
COPY --from=page /page/dist backend/phasescope/server/page
RUN pip install --constraint constraints.txt ".[server]"
USER phasescope
# No local workers: there is no torch here
CMD ["phasescope", "serve", "--workers", "0"]

FROM base AS worker
ARG TORCH_BACKEND=cpu
# uv knows where the builds of torch for each kind of device are kept
RUN pip install --constraint constraints.txt uv \
    && uv pip install --system --torch-backend="${TORCH_BACKEND}" --constraint constraints.txt torch \
    && pip install --constraint constraints.txt ".[laboratory]"
USER phasescope
CMD ["phasescope", "worker"]
