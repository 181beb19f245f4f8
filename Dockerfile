# The web process, and with another command the worker. PostgreSQL is a service of its own: see docker-compose.yml.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
# For a store of files or a Redis (docs/scale.md): --build-arg REQUIREMENTS=requirements-scale.txt
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-scale.txt ./
RUN pip install --require-hashes -r $REQUIREMENTS
COPY manage.py pyproject.toml ./
COPY accounts accounts
COPY config config
COPY lessons lessons
COPY locale locale
COPY seeds seeds
COPY static static
COPY templates templates
# Collecting static files needs neither the key nor the database of the installation.
RUN DATABASE_URL=postgres://none/none HINDSIGHT_SECRET_KEY=build python manage.py collectstatic --noinput
RUN useradd --system --create-home hindsight && mkdir /data && chown hindsight /data
USER hindsight
ENV HINDSIGHT_DATA=/data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.serving", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--no-control-socket", "--access-logfile", "-"]
