# What a task of the pipeline needs: Quantum ESPRESSO, a Java runtime, spglib and the program. No
# Python. Build the program first: make image, or make build and then docker build .
#   --build-arg BASE=...        another Debian 12, such as one made by debootstrap
#   --build-arg QE=source       Quantum ESPRESSO 7 from source, in place of Debian's 6.7 (its build
#                               fetches parts of it with git)
#   --build-arg AWS_CLI=yes     Debian's awscli, for AWS Batch without aws_cli (it brings Python)
ARG BASE=debian:12-slim
FROM ${BASE}
ENV DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# procps: Nextflow's task metrics call ps.
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libsymspg1 openjdk-17-jre-headless procps \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

ARG QE=debian
ARG QE_SOURCE=https://gitlab.com/QEF/q-e/-/archive/qe-7.3.1/q-e-qe-7.3.1.tar.gz
RUN apt-get update -q \
    && if [ "${QE}" = source ]; then \
        tools="build-essential ca-certificates gfortran git libfftw3-dev libopenblas-dev libopenmpi-dev wget" \
        && apt-get install -q -y --no-install-recommends ${tools} \
            libfftw3-double3 libgfortran5 libopenblas0-pthread openmpi-bin \
        && mkdir /usr/src/qe \
        && wget -q -O - "${QE_SOURCE}" | tar -xz -C /usr/src/qe --strip-components=1 \
        && cd /usr/src/qe && ./configure --prefix=/usr/local && make -j "$(nproc)" pw pp ld1 && make install \
        && cd / && rm -rf /usr/src/qe \
        && apt-get purge -q -y --autoremove ${tools}; \
    else \
        apt-get install -q -y --no-install-recommends quantum-espresso libopenblas0-serial; \
    fi \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

ARG AWS_CLI=no
RUN if [ "${AWS_CLI}" = yes ]; then \
        apt-get update -q && apt-get install -q -y --no-install-recommends awscli \
        && rm -rf /var/lib/apt/lists/* /var/cache/apt/*; \
    fi

COPY lib/target/dependencies /opt/rl-materials/dependencies
COPY lib/target/rl-materials.jar lib/target/stage-digests.json /opt/rl-materials/
COPY bin/rl-materials /usr/local/bin/
ENV RL_MATERIALS_HOME=/opt/rl-materials \
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
CMD ["/bin/bash"]
