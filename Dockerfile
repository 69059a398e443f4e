FROM python:3.11-slim
WORKDIR /app
ENV HOST=0.0.0.0 PORT=8080 PYTHONUNBUFFERED=1

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY main.py db.py ./
COPY migrations migrations
COPY services services
COPY pages pages

RUN useradd --no-create-home app && mkdir data && chown app data
USER app
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --start-period=30s --timeout=5s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["python", "main.py"]
