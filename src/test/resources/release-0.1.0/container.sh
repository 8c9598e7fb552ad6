docker run --detach --name docker-image-exporter --restart unless-stopped --read-only --user 0:0 \
  --cap-drop ALL --security-opt no-new-privileges --memory 256m --pids-limit 64 \
  --mount type=bind,source=/var/lib/docker,target=/var/lib/docker,readonly,bind-propagation=rslave \
  --publish 127.0.0.1:10210:10210 docker-image-exporter:0.1.0
