# The dashboard with CPU PyTorch, for Linux on x64 and Arm. See docs/hosting.md.
FROM python:3.13-slim AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# PyTorch is by far the largest part: a layer of its own, which stays when the code changes.
RUN pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu
COPY . /source
RUN pip install /source && python -m rnndash --version

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 rnndash \
    && mkdir /data \
    && chown rnndash /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RNNDASH_HOME=/data \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_PORT=8501
USER 1000
WORKDIR /home/rnndash
# Runs, encoded texts, downloads and uploads.
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:8501' + os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '') + '/_stcore/health', timeout=4)"]
CMD ["rnndash", "app"]
